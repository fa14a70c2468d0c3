import type { WatchEvent } from '../../shared/kube.ts';
import type { Api } from '../api.ts';

/** Whether an API server answers. While shut, requests wait, as those of clients that try again do. */
export interface Gate {
  readonly open: boolean;
  shut(): void;
  lift(): void;
  /** Resolves at once when open, else when it is lifted. */
  passed(): Promise<void>;
}

/** Starts open. */
export function createGate(): Gate {
  let open = true;
  let waiting: (() => void)[] = [];
  return {
    get open() {
      return open;
    },
    shut() {
      open = false;
    },
    lift() {
      open = true;
      const those = waiting;
      waiting = [];
      for (const resume of those) resume();
    },
    passed: () => (open ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}

/** `api` behind `gate`: requests made while it is shut are answered after it is lifted, watch events likewise. */
export function gated(api: Api, gate: Gate): Api {
  const wait = <T>(request: () => Promise<T>): Promise<T> => (gate.open ? request() : gate.passed().then(request));
  return {
    as: (manager) => gated(api.as(manager), gate),
    get: (kind, name, namespace) => wait(() => api.get(kind, name, namespace)),
    list: (kind, options) => wait(() => api.list(kind, options)),
    create: (object) => wait(() => api.create(object)),
    update: (object, subresource) => wait(() => api.update(object, subresource)),
    patch: (kind, name, namespace, body, options) => wait(() => api.patch(kind, name, namespace, body, options)),
    remove: (kind, name, namespace) => wait(() => api.remove(kind, name, namespace)),
    watch(kind, listener, options) {
      let held: WatchEvent[] = [];
      let stopped = false;
      const release = () => {
        const those = held;
        held = [];
        for (const event of those) if (!stopped) listener(event);
      };
      const stop = api.watch(
        kind,
        (event) => {
          if (gate.open && held.length === 0) return listener(event);
          if (held.push(event) === 1) void gate.passed().then(release);
        },
        options,
      );
      return () => {
        stopped = true;
        stop();
      };
    },
  };
}
