import type { KubeObject } from '../../../shared/kube.ts';
import { observed, recordingAt } from '../recordings.fixture.ts';

export { observed };

/** The objects of one recording of OCM's, lists flattened. */
export const recording = (file: string): KubeObject[] => recordingAt(`ocm/${file}`);

const passing = new Set(['uid', 'resourceVersion', 'creationTimestamp', 'managedFields', 'generation']);
const times = new Set(['lastTransitionTime', 'timeAdded', 'renewTime', 'deletionTimestamp', 'eventTime']);

/**
 * Without what differs from run to run: identity, times, generations of objects (observedGeneration stays), the hub's hash,
 * the API server's version and address. Lists keep their order.
 */
export function comparable(object: KubeObject): unknown {
  return JSON.parse(
    JSON.stringify(object, (key, value) => {
      if (passing.has(key)) return undefined;
      if (times.has(key)) return 'time';
      if (key === 'version' && typeof value === 'object') return 'version';
      if (typeof value !== 'string') return value;
      return value
        .replace(/[0-9a-f]{64}/g, 'hash')
        .replace(/https:\/\/[a-z0-9.-]+:\d+\//g, 'https://server/')
        .replace(/dial tcp [a-z0-9.-]+:\d+/, 'dial tcp server')
        .replace(/^(sno\d+)\.[0-9a-f]{16}$/, '$1.id');
    }),
  );
}
