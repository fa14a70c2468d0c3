import { releases, runs, snoName } from './releases.ts';
import { type Breakage, breakages, type Scenario, type ScenarioOptions, type SpokePlan } from './types.ts';

/** Gives `count` of the healthy spokes a breakage each, in turn. */
function breakSome(
  plans: SpokePlan[],
  count: number,
  pick: <T>(items: readonly T[], count: number) => T[],
  { claims }: ScenarioOptions,
): SpokePlan[] {
  const chosen = new Map<string, Breakage>();
  const healthy = plans.filter((plan) => !plan.neverJoined).map((plan) => plan.name);
  for (const [at, name] of pick(healthy, count).entries()) chosen.set(name, breakages[at % breakages.length]!);
  return plans.map((plan) => {
    const broken = chosen.get(plan.name);
    return { ...plan, ...(broken && { broken }), ...(claims !== undefined && { extraClaims: claims }) };
  });
}

const one = (number: number, labels: Record<string, string>, what = runs('4.12.3')): SpokePlan => ({
  name: snoName(number),
  ...what,
  labels: { common: 'true', 'group-du-sno': '', sites: snoName(number), ...labels },
});

const site3: Scenario = {
  name: 'site-3',
  title: 'One site, three spokes',
  sentence: `Three healthy single-node spokes on OpenShift 4.12.3, kernel ${releases['4.12.3'].kernel}.x86_64: small enough to watch every object.`,
  spokes: 3,
  plan: (options, pick) =>
    breakSome(
      [1, 2, 3].map((number) => one(number, { site: 'site-1', hypervisor: 'hv01' })),
      options.broken ?? 0,
      pick,
      options,
    ),
};

const hypervisors = 65;
const perHypervisor = 27;

const scale: Scenario = {
  name: 'scale-1755',
  title: 'The published scale test',
  sentence:
    '65 hypervisors with 27 single-node spokes each on OpenShift 4.12.3. One never registers, six are broken in different ways, 1,748 are operative.',
  spokes: hypervisors * perHypervisor,
  plan(options, pick) {
    const plans: SpokePlan[] = [];
    for (let number = 1; number <= hypervisors * perHypervisor; number += 1) {
      const host = Math.ceil(number / perHypervisor);
      const hypervisor = `hv${String(host).padStart(2, '0')}`;
      // 13 hypervisors stand at a site.
      plans.push(one(number, { hypervisor, site: `site-${Math.ceil(host / 13)}`, observability: 'disabled' }));
    }
    const [absent] = pick(
      plans.map((_, at) => at),
      1,
    );
    plans[absent!] = { ...plans[absent!]!, neverJoined: true };
    return breakSome(plans, options.broken ?? breakages.length, pick, options);
  },
};

const mixed: Scenario = {
  name: 'mixed-kernels',
  title: 'Two kernels and an arm64 spoke',
  sentence:
    'Four spokes on OpenShift 4.12.3, three on 4.12.6 and one arm64 spoke: what one module for all of them does, and how staged delivery avoids it.',
  spokes: 8,
  plan: (options, pick) =>
    breakSome(
      [1, 2, 3, 4, 5, 6, 7, 8].map((number) => {
        const what = number === 8 ? runs('4.12.3', 'arm64') : runs(number % 2 === 1 ? '4.12.3' : '4.12.6');
        return one(number, { site: `site-${number > 4 ? 2 : 1}`, hypervisor: `hv0${number > 4 ? 2 : 1}` }, what);
      }),
      options.broken ?? 0,
      pick,
      options,
    ),
};

/** Every scenario, in the order in which they are offered. */
export const scenarios: readonly Scenario[] = [site3, mixed, scale];
