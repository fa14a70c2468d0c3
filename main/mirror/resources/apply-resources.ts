import { toFault } from '../../../shared/fault.ts';
import { countText } from '../../../shared/rules/amount-text.ts';
import { diffSummary } from '../../install/plan.ts';
import { type Failure, refusal, refusedWords, sendAll } from '../../install/send.ts';
import type { KubeClient } from '../../kube/types.ts';
import type { Intents } from '../../store/intents.ts';
import type { PlannedResources } from './plan-resources.ts';

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
  if (refused) throw refusal('mirror', refused);
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
    const failures = await sendAll(
      (object) => client.apply(object),
      plan.objects,
      plan.where === 'work' ? 'sideBySide' : 'inOrder',
    );
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
    hub: `${applied} of ${countText(all, 'object')} ${all === 1 ? 'is' : 'are'} on the hub.`,
    policy: 'The policy is on the hub; its agents carry it to the spokes now.',
    work: `${applied} of ${countText(all, 'spoke')} ${all === 1 ? 'has its' : 'have their'} work; their agents apply it now.`,
  }[where];
  return what + refusedWords(failures);
}
