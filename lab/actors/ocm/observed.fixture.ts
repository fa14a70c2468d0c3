import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../../shared/kube.ts';

/** What the real programs wrote: an optional folder beside the project. */
const folder = join(import.meta.dirname, '../../../../shared/data/observed/ocm');

/** The title's ending and the switch for tests that need the recordings. */
export const observed = existsSync(folder)
  ? { there: true, why: '' }
  : { there: false, why: ' (skipped: the folder of recordings is not there)' };

/** The objects of one recording, lists flattened. */
export function recording(file: string): KubeObject[] {
  return parseAllDocuments(readFileSync(join(folder, file), 'utf8')).flatMap((document) => {
    const object = document.toJS() as KubeObject & { items?: KubeObject[] };
    return object.items ?? [object];
  });
}

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
