import type { KubeObject } from '../../../shared/kube.ts';
import { observed, recordingAt } from '../recordings.fixture.ts';

export { observed };

export const recording = recordingAt;

const passing = new Set(['uid', 'resourceVersion', 'creationTimestamp', 'generation', 'managedFields', 'selfLink']);
const hashes = new Set(['kmm.node.kubernetes.io/last-hash', 'kmm.node.kubernetes.io/worker-hash']);

/** Without what differs from run to run: identity, times, hashes, generated names, and digests of the toolkit. */
export function comparable(object: KubeObject): unknown {
  const generated = object.metadata.generateName !== undefined;
  return JSON.parse(
    JSON.stringify(object, (key, value) => {
      if (passing.has(key) || key === 'kubectl.kubernetes.io/last-applied-configuration') return undefined;
      if (hashes.has(key)) return 'hash';
      if (generated && key === 'name' && value === object.metadata.name) return 'generated';
      return typeof value === 'string' ? value.replace(/@sha256:[0-9a-f]{64}$/, '@sha256:digest') : value;
    }),
  );
}

/** `Kind namespace/name`. */
export const place = ({ kind, metadata }: KubeObject): string => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
