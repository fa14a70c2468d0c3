import { parseArgs } from 'node:util';
import { scenarios } from './scenarios/catalog.ts';
import type { Scenario, ScenarioOptions } from './scenarios/types.ts';

/** What the lab was started with. */
export interface Arguments {
  scenario: Scenario;
  seed: number;
  speed: number;
  dir: string;
  /** 0: any free one. */
  port: number;
  options: ScenarioOptions;
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(`${name} must be a whole number, not "${text}"`);
  return value;
}

const yes = (text: string) => text !== 'no' && text !== 'false' && text !== '0';

/** Reads `--scenario NAME --seed N --speed X --dir DIR [--port P] [--broken N] [--option k=v…]`. Throws a plain Error. */
export function readArguments(args: readonly string[]): Arguments | 'list' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      list: { type: 'boolean', default: false },
      scenario: { type: 'string', default: 'site-3' },
      seed: { type: 'string', default: '1' },
      speed: { type: 'string', default: '1' },
      dir: { type: 'string' },
      port: { type: 'string', default: '0' },
      broken: { type: 'string' },
      option: { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.list) return 'list';
  const scenario = scenarios.find(({ name }) => name === values.scenario);
  if (!scenario) {
    const known = scenarios.map(({ name }) => name).join(', ');
    throw new Error(`unknown scenario "${values.scenario}"; there are ${known}`);
  }
  if (!values.dir) throw new Error('--dir is missing: where the kubeconfig is written');
  const speed = Number(values.speed);
  if (!(speed > 0 && speed <= 1_000)) throw new Error(`--speed must be between 0 and 1000, not "${values.speed}"`);
  const options: ScenarioOptions = {};
  if (values.broken !== undefined) options.broken = count('--broken', values.broken);
  for (const text of values.option) {
    const [key = '', value = 'yes'] = text.split('=', 2);
    if (key === 'claims') options.claims = count('--option claims', value);
    else if (key === 'dockerfile') options.dockerfile = yes(value);
    else if (key === 'buildFails') options.buildFails = yes(value);
    else throw new Error(`unknown option "${key}"; there are claims, dockerfile, buildFails`);
  }
  return {
    scenario,
    seed: count('--seed', values.seed),
    speed,
    dir: values.dir,
    port: count('--port', values.port),
    options,
  };
}
