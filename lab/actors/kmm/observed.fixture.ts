import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../../shared/kube.ts';

/** What the real programs wrote: an optional folder beside the project. */
const folder = join(import.meta.dirname, '../../../../shared/data/observed');

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
