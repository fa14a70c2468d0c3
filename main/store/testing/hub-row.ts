import { createHubRecords } from '../hubs.ts';
import type { Store } from '../open.ts';

/** For tests: a hub that other rows can hang on. */
export function addHub(store: Store, id: string): void {
  createHubRecords(store).insert({
    ...{ id, name: id, context: id, server: 'https://hub.test:6443', tls: 'custom-ca', practice: 0 },
    source_json: '{}',
    created_at: '2026-11-22T10:00:00Z',
  });
}
