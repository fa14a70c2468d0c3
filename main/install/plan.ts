import { stringify } from 'yaml';
import type { ObjectDiff } from '../../shared/contract/common.ts';
import type { InstallParams } from '../../shared/contract/install.ts';
import { fault } from '../../shared/fault.ts';
import type { KubeObject } from '../../shared/kube.ts';
import type { KubeClient } from '../kube/types.ts';
import type { Installs } from '../store/installs.ts';
import type { Operators } from '../store/operators.ts';
import { type Dried, dryRun } from './dry-run.ts';
import { hubObjects } from './hub-objects.ts';
import { checkHub, checkNames } from './params.ts';
import { policyObjects } from './policy-objects.ts';
import { bindSets, chooseWay } from './way.ts';
import { installWork } from './work-object.ts';

/** With many works only so many are tried and shown; all of them say the same. */
export const shownWorks = 20;

export interface Plan {
  way: 'olm' | 'policy' | 'work';
  objects: KubeObject[];
  warnings: string[];
}

export interface PlanDeps {
  client: KubeClient;
  installs: Installs;
  operators: Operators;
}

/** The objects that an apply would send. Faults: install.invalid, install.noOlm, install.unknownCatalog, install.exists, install.noWay, install.noSpokes. */
export async function makePlan(
  deps: PlanDeps,
  hub: string,
  where: 'hub' | 'spokes',
  params: InstallParams,
): Promise<Plan> {
  const { client, installs, operators } = deps;
  checkNames(params);
  if (where === 'hub') {
    const warnings = await checkHub(client, operators, hub, params);
    return { way: 'olm', objects: hubObjects(params), warnings };
  }
  const { way, why } = await chooseWay(client);
  if (way === 'none') throw fault('install.noWay', why, 'Install OCM or ACM on this hub first.', { field: 'hub' });
  const warnings = [
    `Every spoke needs CatalogSource ${params.source} in ${params.sourceNamespace}; that cannot be checked from the hub.`,
  ];
  const spokes = selected(installs, hub, params);
  if (spokes.length === 0) {
    const selector = Object.entries(params.spokeSelector).map(([key, value]) => `${key}=${value}`);
    if (selector.length > 0 || way === 'work') {
      throw fault(
        'install.noSpokes',
        selector.length > 0
          ? `No joined spoke has the labels ${selector.join(', ')}.`
          : 'This hub has no joined spokes.',
        'Correct the selector, or wait until spokes have joined.',
        { field: 'params.spokeSelector' },
      );
    }
  }
  if (way === 'work') {
    warnings.push(`${why} Spokes that join later need another run.`);
    return { way, objects: spokes.map((spoke) => installWork(params, spoke)), warnings };
  }
  const { sets, outside } = await bindSets(client, installs, hub);
  if (outside > 0) {
    warnings.push(`${outside} spokes are in no ManagedClusterSet, so the policy cannot reach them; add them to one.`);
  }
  if (sets.length === 0) {
    throw fault(
      'install.noSets',
      'The hub has no ManagedClusterSet with spokes in it, so a Placement would select nothing.',
      'Make the set `global`, or put the spokes into a set.',
      { field: 'hub' },
    );
  }
  return { way, objects: policyObjects(params, sets), warnings };
}

function selected(installs: Installs, hub: string, { spokeSelector }: InstallParams): string[] {
  const wanted = Object.entries(spokeSelector);
  return installs
    .joined(hub)
    .filter(({ labels_json }) => {
      if (wanted.length === 0) return true;
      const labels = JSON.parse(labels_json) as Record<string, string>;
      return wanted.every(([key, value]) => labels[key] === value);
    })
    .map(({ name }) => name);
}

/** Dry-runs a plan, of works the first ones. */
export async function dryRunPlan(client: KubeClient, plan: Plan): Promise<Dried[]> {
  const tried = plan.way === 'work' ? plan.objects.slice(0, shownWorks) : plan.objects;
  const dried: Dried[] = [];
  for (const object of tried) dried.push(await dryRun(client, object));
  return dried;
}

/** The plan as one YAML text of several documents; of works the first stands for all. */
export function planYaml({ way, objects }: Plan): string {
  const shown = way === 'work' ? objects.slice(0, 1) : objects;
  return shown.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');
}

/** One line for each object that would change, for the intent's row. */
export function diffSummary(diffs: readonly ObjectDiff[], total: number): string {
  const lines = diffs
    .filter(({ change }) => change !== 'none')
    .map(({ change, kind, namespace, name }) => `${change} ${kind} ${namespace ? `${namespace}/` : ''}${name}`);
  if (total > diffs.length) lines.push(`… and ${total - diffs.length} more of the same kind`);
  return lines.join('\n') || 'no change';
}
