import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeconfigSource } from '../../shared/contract/hubs.ts';
import { fault } from '../../shared/fault.ts';
import { homeFault } from '../store/errors.ts';

/** Remembers where kubeconfigs come from. Pasted text is kept in `<home>/kubeconfigs/<hub>.yaml`, readable by this user only. */
export interface Kubeconfigs {
  /** Keeps the source of a hub, in place of an earlier one; returns what its row stores. Faults: store.diskFull, home.readOnly; then all is as before. */
  keep(hub: string, source: KubeconfigSource): string;
  /** Fault kubeconfig.unreadable. */
  source(hub: string, stored: string): KubeconfigSource;
  forget(hub: string): void;
}

export function createKubeconfigs(home: string): Kubeconfigs {
  const folder = join(home, 'kubeconfigs');
  const file = (hub: string) => join(folder, `${hub}.yaml`);
  return {
    keep(hub, { text, paths }) {
      if (text === undefined) return JSON.stringify({ paths });
      const next = `${file(hub)}.new`;
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        writeFileSync(next, text, { mode: 0o600 });
        renameSync(next, file(hub));
      } catch (error) {
        rmSync(next, { force: true });
        throw homeFault(error, home);
      }
      return JSON.stringify({ kept: true });
    },
    source(hub, stored) {
      const { kept, paths } = JSON.parse(stored) as { kept?: boolean; paths?: string[] };
      if (!kept) return paths ? { paths } : {};
      try {
        // As text again: answers belong to what was shown when it was pasted.
        return { text: readFileSync(file(hub), 'utf8') };
      } catch (error) {
        throw fault('kubeconfig.unreadable', `${file(hub)} cannot be read.`, 'Remove this hub and add it again.', {
          field: 'source',
          cause: error,
        });
      }
    },
    forget: (hub) => rmSync(file(hub), { force: true }),
  };
}
