import jsonpatch, { type Operation } from 'fast-json-patch';
import type { KubeObject } from '../../shared/kube.ts';
import { ApiError } from '../api.ts';
import { createApply } from './apply.ts';
import type { WriteContext } from './context.ts';
import { badRequest, modified } from './errors.ts';
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

function jsonPatch(current: KubeObject, body: unknown): KubeObject {
  if (!Array.isArray(body)) throw badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  try {
    return jsonpatch.applyPatch(current, body as Operation[], true, false).newDocument;
  } catch (error) {
    if (!(error instanceof jsonpatch.JsonPatchError)) throw error;
    throw new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
  }
}

/** The resourceVersion and uid that a patch itself names are preconditions. */
function guarded(served: Served, current: KubeObject, next: KubeObject): KubeObject {
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
      if (!isRecord(body)) throw badRequest('json: cannot unmarshal into Go value of type map[string]interface {}');
      const merged =
        context.type === 'strategic' ? strategicMerge(current, body, served.version.schema) : mergePatch(current, body);
      return guarded(served, current, merged as KubeObject);
    };
    return { object: writer.change(served, namespace, name, change, context), created: false };
  };
}
