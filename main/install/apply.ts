import type { InstallParams } from '../../shared/contract/install.ts';
import { toFault } from '../../shared/fault.ts';
import type { KubeObject } from '../../shared/kube.ts';
import type { KubeClient } from '../kube/types.ts';
import type { Intents } from '../store/intents.ts';
import { appliedTime, commandTime } from './applied-time.ts';
import { diffSummary, dryRunPlan, type Plan } from './plan.ts';
import { type Failure, refusal, refusedWords, sendAll } from './send.ts';

export interface ApplyDeps {
  client: KubeClient;
  intents: Intents;
  /** The hub's time at which it was asked for, RFC 3339. */
  at: string;
}

/**
 * Dry-runs, writes the intent down, applies in order (works side by side). Never takes fields from other managers.
 * `first` is the hub's time of the earliest write, where it is known.
 * Faults: install.conflict (about = owners), hub.forbidden, install.refused; nothing is written before all dry runs have passed.
 */
export async function applyPlan(
  deps: ApplyDeps,
  hub: string,
  where: 'hub' | 'spokes',
  params: InstallParams,
  plan: Plan,
): Promise<{ applied: number; sentence: string; first: string | undefined }> {
  const { client, intents, at } = deps;
  const dried = await dryRunPlan(client, plan);
  const refused = dried.find(({ diff }) => diff.change === 'refused');
  if (refused) throw refusal('install', refused);
  const diff = diffSummary(
    dried.map((each) => each.diff),
    plan.objects.length,
  );
  const intent = intents.begin({
    hub,
    at,
    who: (await client.identity().catch(() => '')) || 'unknown identity',
    what: where === 'hub' ? 'Install KMM on the hub' : `Install KMM on the spokes by ${plan.way}`,
    input: { where, params },
    diff,
  });
  try {
    const stamps: string[] = [];
    // What was there already keeps the time of an earlier run.
    const changed = new Set(dried.filter((each) => each.diff.change !== 'none').map((each) => keyOf(each.diff)));
    const apply = async (object: KubeObject) => {
      const stamp = appliedTime(await client.apply(object));
      const { name = '', namespace = '' } = object.metadata;
      if (stamp && changed.has(keyOf({ kind: object.kind, namespace, name }))) stamps.push(stamp);
    };
    const failures = await sendAll(apply, plan.objects, plan.way === 'work' ? 'sideBySide' : 'inOrder');
    const applied = plan.objects.length - failures.length;
    const sentence = sentenceOf(plan, applied, failures);
    intents.finish(intent, failures.length === 0 ? 'done' : 'failed', sentence);
    return { applied, sentence, first: stamps.map((stamp) => commandTime(at, stamp)).sort()[0] };
  } catch (error) {
    intents.finish(intent, 'failed', toFault(error).message);
    throw error;
  }
}

const keyOf = ({ kind, namespace, name }: { kind: string; namespace: string; name: string }) =>
  `${kind} ${namespace}/${name}`;

function sentenceOf(plan: Plan, applied: number, failures: readonly Failure[]): string {
  const what = {
    olm: 'KMM-Hub is ordered; OLM installs it now.',
    policy: 'The policy is on the hub; its agents carry it to the spokes now.',
    work: `${applied} of ${plan.objects.length} spokes have the install work; their agents apply it now.`,
  }[plan.way];
  return what + refusedWords(failures);
}
