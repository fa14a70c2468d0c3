import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type CallName, calls } from '../../shared/contract.ts';
import { type FaultError, fault } from '../../shared/fault.ts';
import { nearest } from '../../shared/rules/nearest.ts';

/** What a command line asks for. */
export interface Command {
  /** `demo`, `serve`, `help`, or a call such as `fleet.page`. */
  name: string;
  /** Flags that mean the same for every command. */
  home: string | undefined;
  json: boolean;
  jsonFile: string | undefined;
  allowExec: boolean;
  offline: boolean;
  wait: boolean;
  /** Go on after the first answer: stay connected, follow a delivery to its end. */
  stay: boolean;
  /** The rest, in order: `--filter.search edge` → ['filter.search', 'edge']; `--keep` → ['keep', '']. */
  flags: [string, string][];
}

/** Flags that never take a value: the word after them is a word of its own. */
const switches: ReadonlySet<string> = new Set([
  'allow-exec',
  'offline',
  'no-wait',
  'stay',
  'follow',
  'keep',
  'no-mirror',
  'help',
]);

/** Splits a command line: `fleet page --hub lab --limit 5`. Fault: input.invalid for a flag of ours without its value. */
export function parseCommand(argv: readonly string[]): Command {
  const words: string[] = [];
  const flags: [string, string][] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (!word.startsWith('--')) {
      words.push(word);
      continue;
    }
    const [flag = '', ...value] = word.slice(2).split('=');
    const next = argv[at + 1];
    if (value.length > 0) flags.push([flag, value.join('=')]);
    else if (switches.has(flag) || next === undefined || next.startsWith('--')) flags.push([flag, '']);
    else {
      flags.push([flag, next]);
      at += 1;
    }
  }
  const take = (name: string) => {
    const at = flags.findIndex(([flag]) => flag === name);
    return at < 0 ? undefined : flags.splice(at, 1)[0]?.[1];
  };
  const home = take('home');
  if (home === '') throw fault('input.invalid', '--home needs a folder.', 'Write --home DIR.', { field: '--home' });
  const json = take('json');
  return {
    name: words.slice(0, 2).join('.') || 'help',
    home,
    json: json !== undefined,
    jsonFile: json || undefined,
    allowExec: take('allow-exec') !== undefined,
    offline: take('offline') !== undefined,
    wait: take('no-wait') === undefined,
    stay: [take('stay'), take('follow')].some((given) => given !== undefined),
    flags: [...flags, ...words.slice(2).map((word): [string, string] => ['', word])],
  };
}

type Schema = {
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  enum?: unknown[];
  required?: string[];
  anyOf?: Schema[];
  additionalProperties?: unknown;
  default?: unknown;
};

/**
 * Turns flags into a call's input, guided by its schema: `--filter.availability unknown,joining` fills a list, `--limit 5` a
 * number, `--yaml @module.yaml` reads a file (`@-` standard input), `--params {"channel":"stable"}` takes JSON, and so do labels, which
 * may also be written `--spokeSelector site=west,tier=edge`.
 */
export function toInput(name: CallName, flags: readonly [string, string][]): Record<string, unknown> {
  const schema = z.toJSONSchema(calls[name].input, { io: 'input', unrepresentable: 'any' }) as Schema;
  const input: Record<string, unknown> = {};
  for (const [flag, value] of flags) {
    if (flag === '')
      throw fault('input.invalid', `${value} is one word too many.`, `Give values as flags: ${usage(name)}`, {
        field: value,
      });
    const path = flag.split('.');
    let at: Schema | undefined = schema;
    let into = input;
    for (const [index, key] of path.entries()) {
      const known: Schema | undefined = at?.properties?.[key];
      if (!known && at?.additionalProperties === false) {
        const close = nearest(key.replaceAll('-', ''), Object.keys(at.properties ?? {}));
        const holder = Object.entries(at.properties ?? {}).find(([, inner]) => inner.properties?.[key])?.[0];
        const word = holder ? `${holder}.${key}` : close;
        const meant = word ? `Did you mean --${[...path.slice(0, index), word].join('.')}? ` : '';
        throw fault('input.invalid', `${name} has no --${flag}.`, `${meant}It takes: ${usage(name)}`, {
          field: `--${flag}`,
        });
      }
      if (index === path.length - 1) put(into, key, known, value, flag);
      else {
        const inner = (into[key] ?? {}) as Record<string, unknown>;
        into[key] = inner;
        into = inner;
      }
      at = known;
    }
  }
  // The hub may be chosen for the user.
  const missing = (schema.required ?? []).find((key) => key !== 'hub' && !(key in input));
  if (missing) {
    throw fault('input.invalid', `--${missing} is missing.`, `It takes: ${usage(name)}`, { field: `--${missing}` });
  }
  return input;
}

/** Fault call.unknown, with what is meant or what there is. */
export function unknownCommand(name: string): FaultError {
  const all = Object.keys(calls);
  const room = all.filter((each) => each.startsWith(`${name.split('.')[0]}.`));
  const meant = nearest(name, all);
  const of = room.length > 0 ? ` See \`cli help ${name.split('.')[0]}\`.` : ' See `cli help`.';
  return fault(
    'call.unknown',
    room.includes(name) || name.includes('.')
      ? `There is no command "${name.replace('.', ' ')}".`
      : `"${name}" alone is no command.`,
    meant && name.includes('.') ? `Did you mean \`cli ${meant.replace('.', ' ')}\`?${of}` : of.trim(),
    { field: name },
  );
}

function put(into: Record<string, unknown>, key: string, schema: Schema | undefined, text: string, flag: string): void {
  const value = text.startsWith('@') ? readFlagFile(text.slice(1), flag) : text;
  if (value === text && valueWord(key, schema ?? {}) === '@FILE' && /^\S+\.(ya?ml|json)$/.test(text)) {
    throw fault(
      'input.invalid',
      `--${flag} takes the text itself, and "${text}" is the name of a file.`,
      `Write --${flag} @${text}.`,
      {
        field: `--${flag}`,
      },
    );
  }
  if (schema?.type === 'array') {
    const before = (into[key] as unknown[] | undefined) ?? [];
    const items = value.startsWith('[')
      ? (parseJson(value, flag) as unknown[])
      : value.split(',').filter((item) => item !== '');
    into[key] = [
      ...before,
      ...items.map((item) => (typeof item === 'string' ? scalar(item, schema.items, flag) : item)),
    ];
  } else if (isLabels(schema) && !value.trimStart().startsWith('{')) {
    into[key] = { ...(into[key] as Record<string, string> | undefined), ...labels(value, flag) };
  } else into[key] = scalar(value, schema, flag);
}

/** An object of words by words, such as labels. */
const isLabels = (schema: Schema | undefined): boolean =>
  schema?.type === 'object' &&
  !schema.properties &&
  (schema.additionalProperties as Schema | undefined)?.type === 'string';

/** `site=west,tier=edge`. */
function labels(text: string, flag: string): Record<string, string> {
  const pairs = text.split(',').filter((one) => one.trim() !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at > 0) return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
      throw fault('input.invalid', `"${pair}" of --${flag} is no KEY=VALUE.`, `Write --${flag} site=west,tier=edge.`, {
        field: `--${flag}`,
      });
    }),
  );
}

function scalar(value: string, schema: Schema | undefined, flag: string): unknown {
  if (schema?.type === 'number' || schema?.type === 'integer') {
    if (value.trim() === '' || Number.isNaN(Number(value))) {
      throw fault('input.invalid', `--${flag} must be a number, not "${value}".`, 'Write digits.', {
        field: `--${flag}`,
      });
    }
    return Number(value);
  }
  if (schema?.type === 'boolean') {
    // A word that is neither must not mean false: --dryRun False and --dryRun True are typed by the same people.
    if (/^(|true|yes)$/i.test(value)) return true;
    if (/^(false|no)$/i.test(value)) return false;
    throw fault('input.invalid', `--${flag} must be true or false, not "${value}".`, `Write --${flag} true or false.`, {
      field: `--${flag}`,
    });
  }
  if (schema?.type === 'object' || (schema?.type === undefined && value.startsWith('{'))) return parseJson(value, flag);
  return value;
}

function parseJson(value: string, flag: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    throw fault('input.invalid', `--${flag} is not JSON.`, `Quote it for your shell: --${flag} '{"key":"value"}'.`, {
      field: `--${flag}`,
    });
  }
}

function readFlagFile(path: string, flag: string): string {
  try {
    const text = readFileSync(path === '-' ? 0 : path, 'utf8');
    // The line feed after a password in a file is the editor's; every text of several lines stays as it is.
    return text.replace(/^([^\r\n]*)\r?\n$/, '$1');
  } catch (cause) {
    throw fault(
      'input.unreadable',
      `The file ${path} of --${flag} can't be read.`,
      'Check the path and its permissions.',
      { field: `--${flag}`, cause },
    );
  }
}

/** The flags of a call in one line, with the words that each accepts; `--hub` is optional where only one hub is known. */
export function usage(name: CallName, style: 'full' | 'short' = 'full'): string {
  const schema = z.toJSONSchema(calls[name].input, { io: 'input', unrepresentable: 'any' }) as Schema;
  return [name.replace('.', ' '), ...flagWords(schema, '', style)].join(' ');
}

function flagWords({ properties = {}, required = [] }: Schema, prefix: string, style: 'full' | 'short'): string[] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const flag = `${prefix}${key}`;
    if (schema.properties && key !== 'source' && style === 'short') return [`[--${flag}.… …]`];
    if (schema.properties) return flagWords(schema, `${flag}.`, style);
    const optional = !required.includes(key) || prefix !== '' || key === 'hub';
    // A run is always stayed with here; what is so unless told otherwise is told otherwise.
    if (key === 'wait') return [];
    const plain = schema.type === 'boolean' && optional;
    const word = `--${flag}${plain ? (schema.default === true ? ' false' : '') : ` ${valueWord(key, schema)}`}`;
    return [optional ? `[${word}]` : word];
  });
}

function valueWord(key: string, schema: Schema): string {
  const { type, enum: words, items } = schema;
  if (words) return words.join('|');
  if (key === 'yaml' || key === 'text') return '@FILE';
  if (type === 'array') return items?.type === 'object' ? 'JSON' : `${items?.enum ? items.enum.join('|') : 'VALUE'},…`;
  if (type === 'integer' || type === 'number') return 'N';
  if (type === 'boolean') return 'true|false';
  if (isLabels(schema)) return 'KEY=VALUE,…';
  return type === 'object' ? 'JSON' : key.toUpperCase();
}
