import { systemClock } from '../../../../shared/clock.ts';
import { createRegistry } from '../../../images/registry/registry.ts';
import type { Registry } from '../../../images/types.ts';
import { type ResolveEffects, repositoryIn } from '../effects.ts';
import { createFetchPlace } from '../fetch-place.ts';
import { createWebFetch } from '../web-fetch.ts';

export interface World {
  effects: ResolveEffects;
  /** `METHOD host/repository name` of every question to a registry. */
  asked: string[];
  close(): Promise<void>;
}

/** Real effects over plain HTTP on loopback; `places` sends the repositories of a host elsewhere (`gcr.io` → `127.0.0.1:5000`). */
export function plainWorld(places: Record<string, string> = {}): World {
  const registries = new Map<string, Registry>();
  const asked: string[] = [];
  const registryAt = (host: string): Registry => {
    const known = registries.get(host);
    if (known) return known;
    const made = createRegistry({ host, plainHttp: true }, { clock: systemClock(), random: Math.random });
    registries.set(host, made);
    return made;
  };
  return {
    asked,
    effects: {
      open: ({ registry, repository }) => {
        const source = repositoryIn(registryAt(places[registry] ?? registry), repository);
        const note = (method: string, name: string) => asked.push(`${method} ${registry}/${repository} ${name}`);
        return {
          ...source,
          resolve: (name, signal) => {
            note('resolve', name);
            return source.resolve(name, signal);
          },
          manifest: (name, signal) => {
            note('manifest', name);
            return source.manifest(name, signal);
          },
          blob: (blob, options) => {
            note('blob', blob.digest);
            return source.blob(blob, options);
          },
        };
      },
      fetch: createFetchPlace({ web: createWebFetch() }),
    },
    async close() {
      await Promise.all([...registries.values()].map((registry) => registry.close()));
    },
  };
}
