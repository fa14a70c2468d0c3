import type { SpokeChange } from '../../shared/contract/modules.ts';
import type { Handlers } from '../../shared/contract.ts';
import { fault, toFault } from '../../shared/fault.ts';
import type { Sessions } from '../hubs/sessions.ts';
import { resources } from '../kube/resources.ts';
import type { KubeClient } from '../kube/types.ts';
import type { Intents } from '../store/intents.ts';
import type { Store } from '../store/open.ts';
import { many } from './delivery-words.ts';
import type { ModuleIndex } from './module-index.ts';
import { pool } from './pool.ts';
import { createConsequences } from './spoke-consequences.ts';

/** Labels of ManagedClusters, and their deletion: what would unload is said before, and confirmed by the person who does it. */
export function createSpokeChanges(deps: {
  store: Store;
  sessions: Sessions;
  index: ModuleIndex;
  intents: Intents;
}): Pick<Handlers, 'spokes.consequences' | 'spokes.change'> {
  const { store, sessions, index, intents } = deps;
  const consequences = createConsequences({ store, index });
  const uidOf = store.db.prepare<[string, string], string>('select uid from spoke where hub = ? and name = ?').pluck();

  /** A patch, not an apply: nothing that another manager wrote is taken over, and no cluster can come into being by it. */
  async function one(client: KubeClient, hub: string, spoke: string, change: SpokeChange): Promise<void> {
    if (change.detach) {
      const uid = uidOf.get(hub, spoke) as string | undefined;
      await client.remove(resources.ManagedCluster, spoke, { propagation: 'Background', ...(uid && { uid }) });
      return;
    }
    const labels: Record<string, string | null> = { ...change.set };
    for (const key of change.remove) labels[key] ??= null;
    await client.merge(resources.ManagedCluster, spoke, { metadata: { labels } });
  }
  return {
    'spokes.consequences': ({ hub, ...change }) => consequences(hub, checked(change)),
    async 'spokes.change'({ hub, confirm, ...change }) {
      const { unloads, sentences } = consequences(hub, checked(change));
      const { spokes, detach } = change;
      const word = spokes.length === 1 ? spokes[0]! : String(spokes.length);
      if ((unloads.length > 0 || detach) && confirm !== word) {
        throw fault('spoke.confirm', sentences.join(' '), `To do it, give ${word} as confirmation.`, {
          field: 'confirm',
          about: [...new Set(unloads.map(({ spoke }) => spoke))],
        });
      }
      const client = sessions.client(hub);
      const what = detach ? 'Delete from the hub' : 'Change labels';
      const intent = intents.begin({
        hub,
        at: sessions.hubNow(hub),
        who: (await client.identity().catch(() => '')) || 'the identity of this kubeconfig',
        what: `${what}: ${spokes.length === 1 ? word : many(spokes.length, 'spoke')}`,
        input: change,
        diff: sentences.join(' '),
      });
      const results = await pool(spokes, 16, (spoke) => one(client, hub, spoke, change));
      const refused = spokes.flatMap((spoke, at) => {
        const result = results[at];
        return result?.status === 'rejected' ? [{ spoke, reason: toFault(result.reason).message }] : [];
      });
      const done = spokes.length - refused.length;
      const sentence = detach
        ? `${many(done, 'spoke')} ${done === 1 ? 'is' : 'are'} being deleted from the hub.`
        : `Labels of ${many(done, 'spoke')} changed.`;
      intents.finish(intent, refused.length === 0 ? 'done' : 'failed', `${done} of ${spokes.length}: ${sentence}`);
      return { done, refused, sentence };
    },
  };
}

function checked(change: SpokeChange): SpokeChange {
  const { set, remove, detach } = change;
  const labels = Object.keys(set).length + remove.length;
  if (detach === labels > 0) {
    throw fault(
      'input.invalid',
      detach ? 'A spoke that leaves the hub has no labels left to change.' : 'No change is named.',
      'Give labels to set or remove, or detach, not both.',
      { field: detach ? 'detach' : 'set' },
    );
  }
  const both = remove.find((key) => Object.hasOwn(set, key));
  if (both !== undefined) {
    throw fault('input.invalid', `${both} is to be set and removed at once.`, 'Say one of the two.', {
      field: 'remove',
    });
  }
  return change;
}
