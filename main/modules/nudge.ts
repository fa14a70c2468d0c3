import type { Handlers } from '../../shared/contract.ts';
import { toFault } from '../../shared/fault.ts';
import { type KubeObject, names } from '../../shared/kube.ts';
import type { Sessions } from '../hubs/sessions.ts';
import { resources } from '../kube/resources.ts';
import type { KubeClient } from '../kube/types.ts';
import type { Intents } from '../store/intents.ts';
import { createModuleRecords } from '../store/modules.ts';
import type { Store } from '../store/open.ts';
import { noModule } from './naming.ts';
import { pool } from './pool.ts';

const actionName = (node: string): string => `kmm-bastion-nudge-${node}`.slice(0, 253);

/** An action is carried out once, when it is new; nobody else clears it away, so the last one of a node is replaced. */
async function act(client: KubeClient, spoke: string, node: string, value: string): Promise<void> {
  await client
    .remove(resources.ManagedClusterAction, actionName(node), { namespace: spoke })
    .catch((error: unknown) => {
      if (toFault(error).code !== 'kube.notFound') throw error;
    });
  await client.create(nodeAction(spoke, node, value));
}

/** A ManagedClusterAction that sets our label on a Node. */
function nodeAction(spoke: string, node: string, value: string): KubeObject {
  return {
    apiVersion: 'action.open-cluster-management.io/v1beta1',
    kind: 'ManagedClusterAction',
    metadata: { name: actionName(node), namespace: spoke },
    spec: {
      actionType: 'Update',
      kube: {
        resource: 'nodes',
        name: node,
        template: { apiVersion: 'v1', kind: 'Node', metadata: { name: node, labels: { [names.nudgeLabel]: value } } },
      },
    },
  };
}

/** The same by a work, where the hub serves no actions: server-side apply of the one label; the Node is never deleted with it. */
export function nudgeWork(spoke: string, nodes: readonly string[], value: string): KubeObject {
  const role = 'kmm-bastion-nudger';
  return {
    apiVersion: 'work.open-cluster-management.io/v1',
    kind: 'ManifestWork',
    metadata: { name: 'kmm-bastion-nudge', namespace: spoke },
    spec: {
      deleteOption: {
        propagationPolicy: 'SelectivelyOrphan',
        selectivelyOrphans: {
          orphaningRules: nodes.map((name) => ({ group: '', resource: 'nodes', name, namespace: '' })),
        },
      },
      manifestConfigs: nodes.map((name) => ({
        resourceIdentifier: { group: '', resource: 'nodes', name, namespace: '' },
        updateStrategy: {
          type: 'ServerSideApply',
          serverSideApply: { fieldManager: 'work-agent-kmm-bastion', force: true },
        },
      })),
      workload: {
        manifests: [
          {
            apiVersion: 'rbac.authorization.k8s.io/v1',
            kind: 'ClusterRole',
            metadata: { name: role, labels: { 'open-cluster-management.io/aggregate-to-work': 'true' } },
            rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch', 'patch', 'update'] }],
          },
          ...nodes.map((name) => ({
            apiVersion: 'v1',
            kind: 'Node',
            metadata: { name, labels: { [names.nudgeLabel]: value } },
          })),
        ],
      },
    },
  };
}

/**
 * Makes KMM on a spoke look again at its nodes: it listens to their labels and taints, not to their kernel or boot
 * (real-hub.md 3). The value is the hub's time, so each nudge is a change.
 */
export function createNudge(deps: {
  store: Store;
  sessions: Sessions;
  intents: Intents;
}): Pick<Handlers, 'modules.nudge'> {
  const { store, sessions, intents } = deps;
  const records = createModuleRecords(store);
  const nodesOf = store.db
    .prepare<[string, string], string>('select node_names_json from spoke where hub = ? and name = ?')
    .pluck();
  return {
    async 'modules.nudge'({ hub, name, spokes }) {
      if (!records.get(hub, name)) throw noModule(name);
      const client = sessions.client(hub);
      const value = sessions.hubNow(hub).replace(/[^0-9TZ]/g, '');
      const byAction = (await client.served(resources.ManagedClusterAction)) !== undefined;
      const intent = intents.begin({
        hub,
        at: sessions.hubNow(hub),
        who: (await client.identity().catch(() => '')) || 'the identity of this kubeconfig',
        what: `Nudge nodes for ${name}`,
        input: { name, spokes },
        diff: `label ${names.nudgeLabel}=${value} on the nodes of ${spokes.length} spokes`,
      });
      const results = await pool(spokes, 16, async (spoke) => {
        const json = nodesOf.get(hub, spoke) as string | undefined;
        if (json === undefined) throw new Error('This hub has no such spoke.');
        const known = JSON.parse(json) as string[];
        const nodes = known.length > 0 ? known : [spoke];
        if (byAction) for (const node of nodes) await act(client, spoke, node, value);
        else await client.apply(nudgeWork(spoke, nodes, value));
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
