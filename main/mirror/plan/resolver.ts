import type { ImageSet } from '../../../shared/contract/image-set.ts';
import { createRenderChart } from '../charts/run-helm.ts';
import { repositoryIn } from '../image-set/effects.ts';
import { createFetchPlace } from '../image-set/fetch-place.ts';
import { type ResolvedSet, resolveImageSet } from '../image-set/resolve-set.ts';
import { createWebFetch } from '../image-set/web-fetch.ts';
import type { Registries } from '../sites/registries.ts';

/** What a saved set means today, through the registries and the web as this laptop reaches them. */
export type Resolve = (set: string, signal: AbortSignal, onStep?: (words: string) => void) => Promise<ResolvedSet>;

export function createResolver(deps: {
  registries: Registries;
  env: Readonly<Record<string, string | undefined>>;
  read: (name: string) => { set: ImageSet };
}): Resolve {
  const { registries, env, read } = deps;
  const fetch = createFetchPlace({ web: createWebFetch({ env }) });
  const renderChart = createRenderChart();
  return async (name, signal, onStep) => {
    const resolved = await resolveImageSet(read(name).set, {
      open: ({ registry, repository }) => repositoryIn(registries.of(registry), repository),
      ...{ fetch, renderChart, signal },
      ...(onStep && { onStep }),
    });
    // Two sets may filter one catalog differently: each keeps its own, and pushing both to one place is refused with both names.
    const rebuilt = resolved.rebuilt.map((catalog) => ({
      ...catalog,
      name: catalog.name.replace('bastion.local/catalogs/', `bastion.local/catalogs/${name}/`),
    }));
    return { ...resolved, rebuilt };
  };
}
