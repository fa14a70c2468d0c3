import type { Descriptor, ImageSource, Reference, Registry } from '../../images/types.ts';
import type { RenderChart } from '../charts/run-helm.ts';
import type { FetchPlace } from './fetch-place.ts';

/** One repository of a registry, as resolving a set reads it. */
export interface SourceRepository extends ImageSource {
  /** HEAD; undefined when it is not there. */
  resolve(tagOrDigest: string, signal?: AbortSignal): Promise<Descriptor | undefined>;
  tags(signal?: AbortSignal): Promise<string[]>;
}

/** What resolving a set takes from the world. */
export interface ResolveEffects {
  /** The repository of a reference; asked often, answered at once. */
  open(reference: Reference): SourceRepository;
  fetch: FetchPlace;
  /** Renders charts by helm; left out, or where there is no helm, their images are guessed. */
  renderChart?: RenderChart;
  /** Told what is being looked at, for progress. */
  onStep?: (words: string) => void;
  signal?: AbortSignal | undefined;
}

/** A repository of a registry client. */
export function repositoryIn(registry: Registry, repository: string): SourceRepository {
  return {
    resolve: (tagOrDigest, signal) => registry.resolve(repository, tagOrDigest, signal),
    manifest: (tagOrDigest, signal) => registry.manifest(repository, tagOrDigest, signal),
    blob: (blob, options) => registry.blob(repository, blob, options),
    tags: (signal) => registry.tags(repository, signal),
  };
}
