import type { KubeClient } from '../kube/types.ts';

/** What other rooms may ask of a connected hub. */
export interface Sessions {
  /** The live client; throws fault `hub.offline` when the hub is not connected. */
  client(hub: string): KubeClient;
  /** undefined when not connected. */
  peek(hub: string): KubeClient | undefined;
  /** The hub's clock now, RFC 3339; our own when never connected. */
  hubNow(hub: string): string;
  /** True when every feed this kind needs is live: rows may be trusted as the hub's present state. */
  isLive(hub: string, kind: string): boolean;
  /** Called when a hub has connected and again when it is gone. Returns the unsubscriber. */
  onConnected(listener: (hub: string, connected: boolean) => void): () => void;
  /** Ask the feeds to look again for kinds the hub did not serve before (after an install). */
  rediscover(hub: string): void;
}
