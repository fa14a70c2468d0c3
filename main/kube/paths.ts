import type { Resource } from '../../shared/kube.ts';

/** Path of a kind, or of one object of it, as the API server serves it. */
export function resourcePath(
  { group, version, plural, namespaced }: Resource,
  options: { namespace?: string | undefined; name?: string; subresource?: string | undefined } = {},
): string {
  const { namespace, name, subresource } = options;
  return [
    group === '' ? `/api/${version}` : `/apis/${group}/${version}`,
    ...(namespaced && namespace ? ['namespaces', encodeURIComponent(namespace)] : []),
    plural,
    ...(name === undefined ? [] : [encodeURIComponent(name)]),
    ...(subresource ? [subresource] : []),
  ].join('/');
}

/** `?a=1&b=2` of what is set; '' when nothing is. */
export function query(parameters: Record<string, string | number | boolean | undefined>): string {
  const entries = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  return entries.length > 0 ? `?${new URLSearchParams(entries)}` : '';
}

/** `apps/v1` → group and version; `v1` → the core group. */
export function splitApiVersion(apiVersion: string): { group: string; version: string } {
  const [first = '', second] = apiVersion.split('/');
  return second === undefined ? { group: '', version: first } : { group: first, version: second };
}

/** group and version → `apps/v1`, or `v1` for the core group. */
export const joinApiVersion = ({ group, version }: { group: string; version: string }): string =>
  group === '' ? version : `${group}/${version}`;
