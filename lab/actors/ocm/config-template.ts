import type { KubeObject } from '../../../shared/kube.ts';
import { type Api, ApiError } from '../../api.ts';
import type { Spoke } from '../../world/spoke.ts';
import type { ObjectTemplate } from './policy-types.ts';

/** What an evaluation found, before anything was enforced. */
export interface Checked {
  compliant: boolean;
  /** As config-policy-controller words it. */
  message: string;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether everything that `wanted` says stands in `actual`; list items may stand anywhere in the list. */
export function contains(actual: unknown, wanted: unknown): boolean {
  if (isRecord(wanted)) {
    return isRecord(actual) && Object.entries(wanted).every(([key, value]) => contains(actual[key], value));
  }
  if (Array.isArray(wanted)) {
    return Array.isArray(actual) && wanted.every((item) => actual.some((one) => contains(one, item)));
  }
  return actual === wanted;
}

/** `actual` with everything that `wanted` says; missing list items are added at the end. */
export function merged(actual: unknown, wanted: unknown): unknown {
  if (isRecord(wanted)) {
    const base = isRecord(actual) ? actual : {};
    return {
      ...base,
      ...Object.fromEntries(Object.entries(wanted).map(([key, value]) => [key, merged(base[key], value)])),
    };
  }
  if (Array.isArray(wanted) && Array.isArray(actual)) {
    return [...actual, ...wanted.filter((item) => !actual.some((one) => contains(one, item)))];
  }
  return wanted;
}

const skip = (key: string) => key === 'metadata' || key === 'status' || key === 'apiVersion' || key === 'kind';
const body = (object: KubeObject) => Object.fromEntries(Object.entries(object).filter(([key]) => !skip(key)));

function matches(actual: KubeObject, { complianceType, objectDefinition: wanted }: ObjectTemplate): boolean {
  if (!contains(actual.metadata, wanted.metadata)) return false;
  if (complianceType.toLowerCase() !== 'mustonlyhave')
    return contains({ ...actual, metadata: {} }, { ...wanted, metadata: {} });
  const have = body(actual);
  const want = body(wanted);
  return contains(have, want) && contains(want, have);
}

/** Evaluates one object template on the spoke and, when enforcing, mends it at once. */
export async function checkTemplate(
  spoke: Spoke,
  api: Api,
  template: ObjectTemplate,
  enforce: boolean,
): Promise<Checked> {
  const { objectDefinition: wanted, complianceType } = template;
  const ref = spoke.discover(wanted.apiVersion, wanted.kind);
  if (!ref) {
    return {
      compliant: false,
      message: `violation - couldn't find mapping resource with kind ${wanted.kind}, please check if you have CRD deployed`,
    };
  }
  const { name = '', namespace } = wanted.metadata;
  const where = ref.namespaced && namespace ? ` in namespace ${namespace}` : '';
  const actual = await api.get(ref, name, ref.namespaced ? namespace : undefined);
  const must = complianceType.toLowerCase();
  if (must === 'mustnothave') {
    if (!actual) {
      return {
        compliant: true,
        message: `notification - ${ref.plural} [${name}]${where} missing as expected, therefore this Object template is compliant`,
      };
    }
    if (enforce) await api.remove(ref, name, namespace);
    return { compliant: false, message: `violation - ${ref.plural} found: [${name}]${where}` };
  }
  if (actual && matches(actual, template)) {
    return {
      compliant: true,
      message: `notification - ${ref.plural} [${name}]${where} found as specified, therefore this Object template is compliant`,
    };
  }
  let fault = actual
    ? `violation - ${ref.plural} found but not as specified: [${name}]${where}`
    : `violation - ${ref.plural} not found: [${name}]${where} missing`;
  if (enforce) {
    try {
      if (!actual) await api.create(wanted);
      else {
        const next = must === 'mustonlyhave' ? { ...body(wanted) } : (merged(body(actual), body(wanted)) as object);
        const metadata = merged(actual.metadata, wanted.metadata) as KubeObject['metadata'];
        const status = actual.status === undefined ? {} : { status: actual.status };
        await api.update({ apiVersion: actual.apiVersion, kind: actual.kind, ...next, ...status, metadata });
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fault = `violation - Error ${actual ? 'updating' : 'creating'} the object \`${name}\`, reason: \`${error.message}\``;
    }
  }
  return { compliant: false, message: fault };
}
