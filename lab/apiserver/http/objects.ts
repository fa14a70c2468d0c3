import type { KubeObject } from '../../../shared/kube.ts';
import { ApiError } from '../../api.ts';
import type { DeleteContext, WriteContext } from '../context.ts';
import type { Core } from '../core.ts';
import { badOption, badRequest, notFound, unknownResource, wrongKind } from '../errors.ts';
import { apiVersionOf, type KindSchema, type Served } from '../kind-schema.ts';
import { createPatcher, type PatchContext } from '../patcher.ts';
import { isRecord } from '../same.ts';
import { predicateOf } from '../selectors.ts';
import { inVersion } from '../versions.ts';
import { readBody } from './body.ts';
import { type Form, metadataOnly, tableOf } from './forms.ts';
import { jsonText } from './json-text.ts';
import { type Exchange, sendJson, sendText } from './reply.ts';
import type { Target } from './target.ts';

/** Answers one object in the form that was asked for. */
export function sendObject(exchange: Exchange, served: Served, object: KubeObject, form: Form, status = 200): void {
  const shown = inVersion(object, served.kind, served.version);
  if (form === 'table') sendJson(exchange, status, tableOf(served, [shown], exchange.now()));
  else if (form === 'metadata') sendJson(exchange, status, metadataOnly(shown));
  else sendText(exchange, status, `${jsonText(shown)}\n`);
}

/** The manager of a write without `fieldManager`: the user agent up to its first slash. */
const agentOf = ({ request }: Exchange) =>
  String(request.headers['user-agent'] ?? 'unknown')
    .split('/')[0]!
    .slice(0, 128);

const optionKinds: Record<string, string> = { POST: 'CreateOptions', PUT: 'UpdateOptions', PATCH: 'PatchOptions' };

function contextOf(exchange: Exchange, { query, subresource }: Target): WriteContext {
  const dryRun = query.get('dryRun');
  const options = optionKinds[exchange.request.method ?? ''] ?? 'PatchOptions';
  if (dryRun && dryRun !== 'All') {
    const message = `Unsupported value: ["${dryRun}"]: supported values: "All"`;
    throw badOption(options, 'dryRun', 'FieldValueNotSupported', message);
  }
  const validation = query.get('fieldValidation');
  if (validation && !['Ignore', 'Strict', 'Warn'].includes(validation)) {
    const message = `Unsupported value: "${validation}": supported values: "", "Ignore", "Strict", "Warn"`;
    throw badOption(options, 'fieldValidation', 'FieldValueNotSupported', message);
  }
  return {
    manager: query.get('fieldManager') || agentOf(exchange),
    strict: true,
    warnings: exchange.warnings,
    fieldValidation: validation === 'Strict' || validation === 'Ignore' ? validation : 'Warn',
    ...(dryRun && { dryRun: true }),
    // What approves a request is a condition in its status.
    ...((subresource === 'status' || subresource === 'approval') && { subresource: 'status' as const }),
  };
}

function objectIn(body: unknown, served: Served): KubeObject {
  if (!isRecord(body)) throw badRequest('the request body is empty or not an object');
  const { kind, version } = served;
  const apiVersion = apiVersionOf(kind.group, version.name);
  const given = { apiVersion: body['apiVersion'] ?? apiVersion, kind: body['kind'] ?? kind.kind };
  const { name = '' } = (isRecord(body['metadata']) ? body['metadata'] : {}) as { name?: string };
  if (given.apiVersion === apiVersion && given.kind !== kind.kind && !kind.builtin)
    throw wrongKind(kind, String(given.kind), name);
  if (given.apiVersion !== apiVersion || given.kind !== kind.kind) {
    throw badRequest(
      `the API version in the data (${given.apiVersion}) does not match the expected API version (${apiVersion})`,
    );
  }
  return { ...body, apiVersion, kind: kind.kind, metadata: isRecord(body['metadata']) ? body['metadata'] : {} };
}

const patchTypes: Record<string, PatchContext['type']> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
  'application/apply-patch': 'apply',
};

function patchType(exchange: Exchange, served: Served): PatchContext['type'] {
  const type = String(exchange.request.headers['content-type'] ?? '')
    .split(';')[0]!
    .trim();
  const found = patchTypes[type];
  const offered = Object.keys(patchTypes).filter((one) => served.kind.builtin || !one.includes('strategic'));
  if (found && offered.includes(type)) return found;
  throw new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${offered.filter((one) => one !== 'application/apply-patch').join(', ')}`,
  );
}

/** Where a create or update belongs: the path's namespace, which the object must not contradict. */
function place(target: Target, object: KubeObject, { kind }: Served): string {
  if (!kind.namespaced) return '';
  const own = object.metadata.namespace;
  if (own && target.namespace && own !== target.namespace) {
    throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
  }
  if (!target.namespace) throw badRequest('an empty namespace may not be set during creation');
  return target.namespace;
}

export async function createObject(exchange: Exchange, core: Core, served: Served, target: Target, form: Form) {
  const object = objectIn(await readBody(exchange.request), served);
  const made = core.writer.create(served, object, place(target, object, served), contextOf(exchange, target));
  sendObject(exchange, served, made, form, 201);
}

export async function updateObject(exchange: Exchange, core: Core, served: Served, target: Target, form: Form) {
  const object = objectIn(await readBody(exchange.request), served);
  const own = object.metadata.name;
  if (own && own !== target.name) {
    throw badRequest(`the name of the object (${own}) does not match the name on the URL (${target.name})`);
  }
  const where = place(target, object, served);
  sendObject(
    exchange,
    served,
    core.writer.update(served, object, where, target.name, contextOf(exchange, target)),
    form,
  );
}

export async function patchObject(exchange: Exchange, core: Core, served: Served, target: Target, form: Form) {
  const type = patchType(exchange, served);
  const body = await readBody(exchange.request);
  const { query } = target;
  const context: PatchContext = {
    ...contextOf(exchange, target),
    type,
    ...(query.get('force') === 'true' && { force: true }),
  };
  if (type !== 'apply' && query.has('force')) {
    const message = 'Forbidden: may not be specified for non-apply patch';
    throw badOption('PatchOptions', 'force', 'FieldValueForbidden', message);
  }
  if (type === 'apply') context.manager = query.get('fieldManager') ?? '';
  const patch = createPatcher(core.store, core.writer, () => core.clock.now());
  const where = served.kind.namespaced ? target.namespace : '';
  const { object, created } = patch(served, where, target.name, body, context);
  sendObject(exchange, served, object, form, created ? 201 : 200);
}

type Policy = NonNullable<DeleteContext['propagation']>;
const policies: readonly Policy[] = ['Foreground', 'Background', 'Orphan'];

function deletion(body: unknown, { query }: Target): DeleteContext {
  const options = isRecord(body) ? body : {};
  const preconditions = isRecord(options['preconditions']) ? options['preconditions'] : {};
  const orphan = options['orphanDependents'] === true || query.get('orphanDependents') === 'true';
  const policy = options['propagationPolicy'] ?? query.get('propagationPolicy') ?? (orphan ? 'Orphan' : undefined);
  if (policy !== undefined && policy !== '' && !policies.includes(policy as Policy)) {
    const values = policies.map((one) => JSON.stringify(one));
    const message = `Unsupported value: ${JSON.stringify(policy)}: supported values: ${values.join(', ')}, "nil"`;
    throw badOption('DeleteOptions', 'propagationPolicy', 'FieldValueNotSupported', message);
  }
  const dryRun =
    (Array.isArray(options['dryRun']) && options['dryRun'].includes('All')) || query.get('dryRun') === 'All';
  const { uid, resourceVersion } = preconditions as { uid?: string; resourceVersion?: string };
  return {
    ...(dryRun && { dryRun }),
    ...(policy && { propagation: policy as Policy }),
    ...(uid && { uid }),
    ...(resourceVersion && { resourceVersion }),
  };
}

export async function deleteObject(exchange: Exchange, core: Core, served: Served, target: Target, form: Form) {
  const { kind } = served;
  const context = deletion(await readBody(exchange.request), target);
  const { object, gone } = core.writer.remove(kind, kind.namespaced ? target.namespace : '', target.name, context);
  if (!gone) return sendObject(exchange, served, object, form);
  sendJson(exchange, 200, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name: target.name,
      ...(kind.group && { group: kind.group }),
      kind: kind.plural,
      uid: object.metadata.uid,
    },
  });
}

/** DELETE on a collection: all that the selectors match. */
export async function deleteCollection(exchange: Exchange, core: Core, served: Served, target: Target) {
  const { kind, version } = served;
  const context = deletion(await readBody(exchange.request), target);
  const matches = predicateOf(target.query, served);
  const all = core.store.collection(kind).list(kind.namespaced ? target.namespace || undefined : undefined);
  const items = all.filter((object) => !matches || matches(object));
  for (const { metadata } of items) core.writer.remove(kind, metadata.namespace ?? '', metadata.name!, context);
  sendJson(exchange, 200, {
    kind: `${kind.kind}List`,
    apiVersion: apiVersionOf(kind.group, version.name),
    metadata: { resourceVersion: String(core.store.revision), continue: '' },
    items,
  });
}

export function getObject(exchange: Exchange, core: Core, served: Served, target: Target, form: Form): void {
  const { kind } = served;
  const found = core.store.collection(kind).get(kind.namespaced ? target.namespace : '', target.name);
  if (!found) throw notFound(kind, target.name);
  sendObject(exchange, served, found, form);
}

/** Requests for certificates, which `kubectl certificate approve` answers in a subresource of its own. */
export const takesApproval = ({ group, plural }: KindSchema): boolean =>
  group === 'certificates.k8s.io' && plural === 'certificatesigningrequests';

/** Refuses a subresource that this version does not have. */
export function checkSubresource({ kind, version }: Served, { subresource, name }: Target): void {
  if (!subresource || (subresource === 'status' && version.status)) return;
  if (subresource === 'approval' && takesApproval(kind)) return;
  throw kind.builtin ? unknownResource() : notFound(kind, name);
}
