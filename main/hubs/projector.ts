import type { KubeObject } from '../../shared/kube.ts';
import type { KindName } from '../kube/resources.ts';

/** One object of the hub has come, changed or gone. Told inside the transaction that wrote the raw object. */
export interface Change {
  hub: string;
  kind: KindName;
  namespace: string;
  name: string;
  /** undefined: deleted. */
  object: KubeObject | undefined;
  /** Our time and the hub's time of the sighting, RFC 3339. */
  seenAt: string;
  hubAt: string;
  /** True while a full list is read: transitions seen for the first time are not news. */
  listing: boolean;
}

/**
 * Turns objects into rows. A room offers one; the feeds call them in the order engine.ts gives (fleet, install, modules), so a
 * later one reads what an earlier one wrote. Must not wait for anything. Returns the tables it wrote.
 */
export interface Projector {
  readonly kinds: readonly KindName[];
  project(change: Change): readonly string[];
}
