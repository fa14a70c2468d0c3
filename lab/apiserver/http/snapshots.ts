import type { KubeObject } from '../../../shared/kube.ts';
import { ApiError } from '../../api.ts';
import { badRequest } from '../errors.ts';

/** A list as it stood at one revision, kept for its further pages. */
export interface Snapshot {
  id: string;
  revision: number;
  items: readonly KubeObject[];
}

/** The lists that clients are paging through. */
export interface Snapshots {
  keep(revision: number, items: readonly KubeObject[]): Snapshot;
  /** The snapshot and the next index; `undefined` snapshot for an inconsistent token. Expired ones are refused with 410. */
  resume(token: string): { snapshot: Snapshot | undefined; after: string; at: number };
  token(snapshot: Snapshot, at: number): string;
  /** Forgets all, as etcd's compaction does. */
  expire(): void;
}

interface Token {
  v: 'meta.k8s.io/v1';
  rv: number;
  id?: string;
  at?: number;
  start: string;
}

const tooOld =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

/** Where an object stands in list order. */
export const orderKey = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}\0${metadata.name}`;

const pack = (token: Token) => Buffer.from(JSON.stringify(token)).toString('base64url');

/** Keeps at most `limit` lists, each for `ttlMs` of real time: etcd is compacted every five minutes. */
export function createSnapshots(limit = 256, ttlMs = 300_000): Snapshots {
  const kept = new Map<string, Snapshot & { until: number }>();
  let count = 0;
  return {
    keep(revision, items) {
      count += 1;
      const snapshot = { id: String(count), revision, items, until: performance.now() + ttlMs };
      kept.set(snapshot.id, snapshot);
      const oldest = kept.keys().next().value;
      if (kept.size > limit && oldest !== undefined) kept.delete(oldest);
      return snapshot;
    },
    token: (snapshot, at) =>
      pack({
        v: 'meta.k8s.io/v1',
        rv: snapshot.revision,
        id: snapshot.id,
        at,
        start: orderKey(snapshot.items[at - 1]!),
      }),
    resume(text) {
      let token: Token;
      try {
        token = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Token;
        if (token.v !== 'meta.k8s.io/v1' || typeof token.start !== 'string') throw new Error('wrong version');
      } catch {
        throw badRequest('continue key is not valid: the token can not be decoded');
      }
      const { rv, id = '', at = 0, start } = token;
      if (rv === -1) return { snapshot: undefined, after: start, at: 0 };
      const snapshot = kept.get(id);
      if (!snapshot || snapshot.revision !== rv || snapshot.until < performance.now()) {
        throw Object.assign(new ApiError(410, 'Expired', tooOld), {
          continue: pack({ v: 'meta.k8s.io/v1', rv: -1, start }),
        });
      }
      return { snapshot, after: start, at };
    },
    expire: () => kept.clear(),
  };
}
