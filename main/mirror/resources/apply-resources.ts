import { type FaultError, fault, toFault } from '../../../shared/fault.ts';
import type { KubeObject } from '../../../shared/kube.ts';
import type { Dried } from '../../install/dry-run.ts';
import { diffSummary } from '../../install/plan.ts';
import type { KubeClient } from '../../kube/types.ts';
import type { Intents } from '../../store/intents.ts';
import type { PlannedResources } from './plan-resources.ts';

/** Works in flight at a time. */
const inFlight = 16;

export interface ApplyResourcesDeps {
  client: KubeClient;
  intents: Intents;
  hub: string;
  /** The hub's time at which it was asked for, RFC 3339. */
  at: string;
  /** What was asked for, kept with the intent: site, kinds, selector. */
  input: unknown;
}

/**
 * Applies what was planned: the intent is written first, nothing is sent when the dry run met a refusal, no field is taken from another
 * manager. Faults: mirror.conflict (about = owners), hub.forbidden, mirror.refused.
 */
export async function applyResources(
  deps: ApplyResourcesDeps,
  plan: PlannedResources,
): Promise<{ applied: number; sentence: string }> {
  const { client, intents, hub, at, input } = deps;
  const refused = plan.dried.find(({ diff }) => diff.change === 'refused');
  if (refused) throw refusal(refused);
  const intent = intents.begin({
    hub,
    at,
    who: (await client.identity().catch(() => '')) || 'unknown identity',
    what: plan.where === 'hub' ? 'Point the hub at a mirror' : `Point spokes at a mirror by ${plan.where}`,
    input,
    diff: diffSummary(
      plan.dried.map(({ diff }) => diff),
      plan.objects.length,
    ),
  });
  try {
    const failures = await sendAll(client, plan.objects, plan.where === 'work' ? inFlight : 1);
    const applied = plan.objects.length - failures.length;
    const sentence = sentenceOf(plan, applied, failures);
    intents.finish(intent, failures.length === 0 ? 'done' : 'failed', sentence);
    return { applied, sentence };
  } catch (error) {
    intents.finish(intent, 'failed', toFault(error).message);
    throw error;
  }
}

function sentenceOf({ where, objects }: PlannedResources, applied: number, failures: readonly Failure[]): string {
  const all = objects.length;
  const what = {
    hub: `${applied} of ${all} objects are on the hub.`,
    policy: 'The policy is on the hub; its agents carry it to the spokes now.',
    work: `${applied} of ${all} spokes have their work; their agents apply it now.`,
  }[where];
  const first = failures[0];
  return first ? `${what} Refused for ${failures.length}, first ${first.name}: ${first.reason}` : what;
}

interface Failure {
  name: string;
  reason: string;
}

/** One refusal must not keep the others back where they are independent (works); alone in flight, it ends it. */
async function sendAll(client: KubeClient, objects: readonly KubeObject[], parallel: number): Promise<Failure[]> {
  const failures: Failure[] = [];
  let next = 0;
  const worker = async () => {
    for (let object = objects[next++]; object; object = objects[next++]) {
      try {
        await client.apply(object);
      } catch (error) {
        const { code, message } = toFault(error);
        const refused = /^kube\.(applyConflict|conflict|forbidden|invalid|notFound|tooLarge)$/.test(code);
        if (parallel === 1 || !refused) throw error;
        failures.push({ name: object.metadata.namespace ?? '', reason: message });
      }
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return failures;
}

function refusal({ diff, refusedBy }: Dried): FaultError {
  const what = `${diff.kind} ${diff.namespace ? `${diff.namespace}/` : ''}${diff.name}`;
  if (diff.conflicts.length > 0) {
    const owners = diff.conflicts.map(({ manager, field }) => `${manager}: ${field}`);
    return fault(
      'mirror.conflict',
      `${what} has fields of other managers: ${owners.join('; ')}.`,
      'Leave it to them, or have them give these fields up; nothing has been written.',
      { field: diff.kind, about: owners },
    );
  }
  if (refusedBy === 'kube.forbidden') {
    const remedy = 'Ask the hub’s administrator for this right; nothing has been written.';
    return fault('hub.forbidden', `Not allowed: ${diff.refusal}`, remedy, { field: diff.kind });
  }
  const remedy = 'Correct what it names and try again; nothing has been written.';
  return fault('mirror.refused', `The hub refuses ${what}: ${diff.refusal}`, remedy, { field: diff.kind });
}
