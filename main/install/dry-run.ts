import { stringify } from 'yaml';
import type { ObjectDiff } from '../../shared/contract/common.ts';
import { toFault } from '../../shared/fault.ts';
import type { KubeObject } from '../../shared/kube.ts';
import type { KubeClient } from '../kube/types.ts';

/** A refusal with its fault code, so that a caller can tell a missing right from a conflict. */
export interface Dried {
  diff: ObjectDiff;
  refusedBy?: string;
}

/** Asks the server what a server-side apply of this object would change. Refusals are part of the answer; a lost hub is thrown. */
export async function dryRun(client: KubeClient, object: KubeObject): Promise<Dried> {
  const { kind, metadata } = object;
  const { namespace = '', name = '' } = metadata;
  const base = { kind, namespace, name, conflicts: [] };
  let before = '';
  try {
    const live = await read(client, object);
    before = live ? yamlOf(live) : '';
    const after = yamlOf(await client.apply(object, { dryRun: true }));
    const change = live === undefined ? 'create' : before === after ? 'none' : 'update';
    return { diff: { ...base, change, before, after } };
  } catch (error) {
    const { code, message, about = [] } = toFault(error);
    // The namespace comes with the same plan: a dry run cannot know that.
    if (code === 'kube.notFound' && namespace !== '' && message.includes(`namespaces "${namespace}" not found`)) {
      return { diff: { ...base, change: 'create', before: '', after: yamlOf(object) } };
    }
    if (!/^kube\.(applyConflict|conflict|forbidden|invalid|notServed|notFound|tooLarge)$/.test(code)) throw error;
    const conflicts = code === 'kube.applyConflict' ? about.map(owner) : [];
    return {
      diff: { ...base, change: 'refused', before, after: yamlOf(object), conflicts, refusal: message },
      refusedBy: code,
    };
  }
}

async function read(client: KubeClient, { apiVersion, kind, metadata }: KubeObject): Promise<KubeObject | undefined> {
  const resource = await client.resourceOf(apiVersion, kind);
  if (!resource) return undefined;
  const { version, ...rest } = resource;
  return client.get({ ...rest, versions: [version] }, metadata.name ?? '', metadata.namespace);
}

/** `manager: field`, as the client names the owners of conflicting fields. */
function owner(text: string): { manager: string; field: string } {
  const at = text.indexOf(': ');
  return at < 0 ? { manager: text, field: '' } : { manager: text.slice(0, at), field: text.slice(at + 2) };
}

/** An object as people compare it: without what the server writes by itself. */
export function yamlOf(object: KubeObject): string {
  const {
    managedFields: _,
    resourceVersion: __,
    uid: ___,
    generation: ____,
    creationTimestamp: _____,
    ...metadata
  } = object.metadata;
  const { status: ______, ...rest } = object;
  return stringify({ ...rest, metadata }, { lineWidth: 0, aliasDuplicateObjects: false });
}
