import { createHash } from 'node:crypto';
import type { KubeObject } from '../../shared/kube.ts';
import type { NodeEvidenceRow } from '../store/node-evidence.ts';

/** Label of the views that we make to read evidence; they are deleted once read. */
export const viewLabel = 'kmm-bastion.io/view';

const scopes = {
  Node: { apiGroup: '', version: 'v1', kind: 'Node' },
  NodeModulesConfig: { apiGroup: 'kmm.sigs.x-k8s.io', version: 'v1beta1', kind: 'NodeModulesConfig' },
} as const;

/** A ManagedClusterView (ACM's work-manager add-on) that reads one object of one node. It is asked once: the interval is long. */
export function nodeView(spoke: string, node: string, kind: NodeEvidenceRow['kind']): KubeObject {
  const hash = createHash('sha256').update(node).digest('hex').slice(0, 12);
  return {
    apiVersion: 'view.open-cluster-management.io/v1beta1',
    kind: 'ManagedClusterView',
    metadata: {
      name: `kmm-bastion-${kind.toLowerCase()}-${hash}`,
      namespace: spoke,
      labels: { [viewLabel]: 'proof' },
    },
    spec: { scope: { ...scopes[kind], name: node, updateIntervalSeconds: 600 } },
  };
}

export interface ViewAnswer {
  spoke: string;
  name: string;
  node: string;
  kind: NodeEvidenceRow['kind'];
  /** When the view was made: what it shows is at least as new. */
  askedAt: string;
  /** What was read; undefined where nothing was, or nothing yet. */
  object: KubeObject | undefined;
  /** The add-on's words where it could not read. */
  refusal: string;
}

/** What one of our views says; undefined for an object that is none of ours. */
export function viewAnswer(view: KubeObject): ViewAnswer | undefined {
  const { scope } = (view.spec ?? {}) as { scope?: { kind?: string; name?: string } };
  const status = (view.status ?? {}) as {
    conditions?: { type: string; status: string; message?: string }[];
    result?: KubeObject;
  };
  const kind = scope?.kind;
  if ((kind !== 'Node' && kind !== 'NodeModulesConfig') || !scope?.name) return undefined;
  const processing = status.conditions?.find(({ type }) => type === 'Processing');
  return {
    spoke: view.metadata.namespace ?? '',
    name: view.metadata.name ?? '',
    node: scope.name,
    kind,
    askedAt: view.metadata.creationTimestamp ?? '',
    object: processing?.status === 'True' ? status.result : undefined,
    refusal: processing?.status === 'False' ? (processing.message ?? 'refused') : '',
  };
}
