import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../shared/kube.ts';

/** What the real programs wrote: an optional folder beside the project. */
const folder = join(import.meta.dirname, '../../../shared/data/observed');

/** The title's ending and the switch for tests that need the recordings. */
export const observed = existsSync(folder)
  ? { there: true, why: '' }
  : { there: false, why: ' (skipped: the folder of recordings is not there)' };

/** Where one recording lies, such as `ocm/csr-issued.yaml`. */
export const recordingPath = (path: string): string => join(folder, path);

/** The objects of one recording, such as `ocm/csr-issued.yaml`, lists flattened. */
export function recordingAt(path: string): KubeObject[] {
  return parseAllDocuments(readFileSync(recordingPath(path), 'utf8')).flatMap((document) => {
    const object = document.toJS() as KubeObject & { items?: KubeObject[] };
    return object.items ?? [object];
  });
}
