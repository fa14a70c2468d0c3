import { createFleetProjector } from '../main/fleet/projector.ts';
import { createInstallProjector } from '../main/install/projector.ts';
import { createHubRecords } from '../main/store/hubs.ts';
import type { Store } from '../main/store/open.ts';
import { createProofs, worstFirst } from '../main/store/proofs.ts';
import { spokeObject } from './fleet.ts';

export const seededHub = 'bench';

/** Fills a store with so many spokes, through the same projectors that a hub's objects pass. `server` need not answer. */
export function seed(store: Store, spokes: number, kubeconfig: string, server: string): void {
  createHubRecords(store).insert({
    id: seededHub,
    name: 'bench',
    context: 'bench',
    server,
    tls: 'custom-ca',
    practice: 0,
    source_json: JSON.stringify({ paths: [kubeconfig] }),
    created_at: '2026-01-01T00:00:00Z',
  });
  const projectors = [createFleetProjector(store), createInstallProjector(store)];
  const proofs = createProofs(store);
  const at = '2026-01-02T00:00:00Z';
  for (let from = 0; from < spokes; from += 500) {
    store.transaction(() => {
      for (let n = from; n < Math.min(from + 500, spokes); n += 1) {
        const object = spokeObject(n);
        const name = object.metadata.name ?? '';
        for (const projector of projectors) {
          projector.project({
            hub: seededHub,
            kind: 'ManagedCluster',
            namespace: '',
            name,
            object,
            seenAt: at,
            hubAt: at,
            listing: true,
          });
        }
        // One in ten is not targeted; of the others most are proven and some stand in each other state.
        if (n % 10 === 0) continue;
        const state = n % 31 === 0 ? (worstFirst[Math.floor(n / 31) % worstFirst.length] ?? 'proven') : 'proven';
        if (state === 'none') continue;
        proofs.put({
          ...{
            hub: seededHub,
            module: 'kmm-kmod',
            spoke: name,
            state,
            cause: '',
            reason: '',
            remedy: '',
            kernel: '',
            image: '',
          },
          ...{
            loaded_kernel: '',
            loaded_image: '',
            loaded_boot: '',
            node_boot: '',
            evidence: 'work',
            selected_at: at,
            since: at,
          },
          proven_at: state === 'proven' ? at : null,
        });
        proofs.refreshLoad(seededHub, name);
      }
    });
  }
  store.db.exec('analyze');
}
