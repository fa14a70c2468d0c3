import jsonpatch, { type Operation } from 'fast-json-patch';
import type { KubeObject } from '../../shared/kube.ts';
import { ApiError } from '../api.ts';
import { createApply } from './apply.ts';
import type { WriteContext } from './context.ts';
import { badRequest, modified, wrongKind } from './errors.ts';
import type { Served } from './kind-schema.ts';
import { mergePatch } from './merge-patch.ts';
import { isRecord } from './same.ts';
import type { Store } from './store.ts';
import { strategicMerge } from './strategic-merge.ts';
import type { Writer } from './writer.ts';

export interface PatchContext extends WriteContext {
  type: 'merge' | 'json' | 'apply' | 'strategic';
  force?: boolean;
}

/** Patches one object; `created` says that server-side apply made it. */
export type Patcher = (
  served: Served,
  namespace: string,
  name: string,
  body: unknown,
  context: PatchContext,
) => { object: KubeObject; created: boolean };

/** As the real server's library has it: `replace` of a field that is not there adds it. */
function forgiving(current: KubeObject, operation: Operation): Operation {
  if (operation?.op !== 'replace' || typeof operation.path !== 'string') return operation;
  const steps = operation.path.split('/').slice(1).map(jsonpatch.unescapePathComponent);
  const last = steps.pop();
  let parent: unknown = current;
  for (const step of steps) parent = (parent as Record<string, unknown> | undefined)?.[step];
  const missing = last !== undefined && isRecord(parent) && parent[last] === undefined;
  return missing ? { op: 'add', path: operation.path, value: operation.value } : operation;
}

function jsonPatch(current: KubeObject, body: unknown): KubeObject {
  if (!Array.isArray(body))
    throw badRequest(
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    );
  try {
    return body.reduce<KubeObject>(
      (now, one) => jsonpatch.applyPatch(now, [forgiving(now, one as Operation)], true, false).newDocument,
      current,
    );
  } catch (error) {
    if (!(error instanceof jsonpatch.JsonPatchError)) throw error;
    throw new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
  }
}

/** The resourceVersion and uid that a patch itself names are preconditions. */
function guarded(served: Served, current: KubeObject, next: KubeObject): KubeObject {
  const { kind } = served;
  if (next.metadata?.name !== current.metadata.name) {
    throw badRequest(
      `the name of the object (${next.metadata?.name}) does not match the name on the URL (${current.metadata.name})`,
    );
  }
  if (next.kind !== kind.kind && !kind.builtin) throw wrongKind(kind, next.kind, current.metadata.name!);
  if (next.metadata.resourceVersion !== current.metadata.resourceVersion) {
    throw modified(served.kind, current.metadata.name!);
  }
  return next;
}

export function createPatcher(store: Store, writer: Writer, now: () => number): Patcher {
  const apply = createApply(store, writer, now);
  return (served, namespace, name, body, context) => {
    if (context.type === 'apply') {
      if (!isRecord(body)) throw badRequest('error decoding YAML: the patch is not an object');
      return apply(served, namespace, name, body as KubeObject, context);
    }
    const change = (current: KubeObject) => {
      if (context.type === 'json') return guarded(served, current, jsonPatch(current, body));
      if (!isRecord(body)) {
        const type = Array.isArray(body) ? 'array' : typeof body;
        throw badRequest(
          `error decoding patch: json: cannot unmarshal ${type} into Go value of type map[string]interface {}`,
        );
      }
      const merged =
        context.type === 'strategic' ? strategicMerge(current, body, served.version.schema) : mergePatch(current, body);
      return guarded(served, current, merged as KubeObject);
    };
    return { object: writer.change(served, namespace, name, change, context), created: false };
  };
}
