import type { Handlers } from '../../shared/contract.ts';
import { fault, toFault } from '../../shared/fault.ts';
import { names } from '../../shared/kube.ts';
import type { Sessions } from '../hubs/sessions.ts';
import { resources } from '../kube/resources.ts';
import type { Intents } from '../store/intents.ts';
import type { Works } from '../store/works.ts';
import { pool } from './pool.ts';

/**
 * Ends the backoff of a refused work: the agent waits up to 16 minutes after a failed apply, but tries at once when spec or labels of
 * the work change (real-ocm.md B6). The value is the hub's time, so each nudge is a change.
 */
export function createWorkNudge(deps: {
  works: Works;
  sessions: Sessions;
  intents: Intents;
}): Pick<Handlers, 'works.nudge'> {
  const { works, sessions, intents } = deps;
  return {
    async 'works.nudge'({ hub, name, spokes }) {
      const client = sessions.client(hub);
      const unknown = spokes.filter((spoke) => !works.get(hub, spoke, name));
      if (unknown.length === spokes.length) {
        throw fault('work.unknown', `None of these spokes has a work named ${name}.`, 'Look at the works of a spoke.', {
          field: 'name',
          about: unknown,
        });
      }
      const at = sessions.hubNow(hub);
      const value = at.replace(/[^0-9TZ]/g, '');
      const intent = intents.begin({
        hub,
        at,
        who: (await client.identity().catch(() => '')) || 'the identity of this kubeconfig',
        what: `Have work ${name} tried again`,
        input: { name, spokes },
        diff: `label ${names.nudgeLabel}=${value} on the work of ${spokes.length} spokes`,
      });
      const results = await pool(spokes, 16, async (spoke) => {
        if (unknown.includes(spoke)) throw fault('work.unknown', `It has no work named ${name}.`, '');
        await client.merge(
          resources.ManifestWork,
          name,
          { metadata: { labels: { [names.nudgeLabel]: value } } },
          { namespace: spoke },
        );
      });
      const refused = spokes.flatMap((spoke, index) => {
        const result = results[index];
        return result?.status === 'rejected' ? [{ spoke, reason: toFault(result.reason).message }] : [];
      });
      const nudged = spokes.length - refused.length;
      intents.finish(intent, refused.length === 0 ? 'done' : 'failed', `${nudged} of ${spokes.length} nudged`);
      return { nudged, refused };
    },
  };
}
