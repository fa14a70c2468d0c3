import type { KubeObject } from '../../../shared/kube.ts';
import type { KindRef } from '../../api.ts';
import type { Spoke } from '../../world/spoke.ts';
import type { ResourceMeta } from './work-types.ts';

/** Where the spoke serves a manifest's kind; undefined when it doesn't. */
export const refOf = (spoke: Spoke, manifest: KubeObject): KindRef | undefined =>
  spoke.discover(manifest.apiVersion, manifest.kind);

/** How the agent names a manifest in the work's status. */
export function manifestMeta(manifest: KubeObject, ref: KindRef | undefined, ordinal: number): ResourceMeta {
  const slash = manifest.apiVersion.lastIndexOf('/');
  return {
    group: slash < 0 ? '' : manifest.apiVersion.slice(0, slash),
    kind: manifest.kind,
    name: manifest.metadata?.name ?? '',
    namespace: manifest.metadata?.namespace ?? '',
    ordinal,
    resource: ref?.plural ?? '',
    version: manifest.apiVersion.slice(slash + 1),
  };
}
