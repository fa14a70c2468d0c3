import type { KubeObject } from '../../shared/kube.ts';
import type { KindSchema } from './kind-schema.ts';
import { isRecord } from './same.ts';

type Rule = (object: KubeObject, previous: KubeObject | undefined) => KubeObject;

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** What the real server does to its own kinds beyond schema defaults, by plural. */
const rules: Record<string, Rule> = {
  namespaces(object, previous) {
    const labels = { 'kubernetes.io/metadata.name': object.metadata.name!, ...object.metadata.labels };
    const changed = object.metadata.labels?.['kubernetes.io/metadata.name'] === undefined;
    return {
      ...object,
      ...(changed && { metadata: { ...object.metadata, labels } }),
      spec: object.spec ?? { finalizers: ['kubernetes'] },
      status: object.status ?? (previous ? previous.status : { phase: 'Active' }),
    };
  },
  secrets(object) {
    const { stringData, ...rest } = object;
    const next: KubeObject = { ...rest, type: object.type ?? 'Opaque' } as KubeObject;
    if (!isRecord(stringData)) return object.type ? object : next;
    const data = isRecord(object.data) ? object.data : {};
    next.data = {
      ...data,
      ...Object.fromEntries(Object.entries(stringData).map(([key, text]) => [key, base64(String(text))])),
    };
    return next;
  },
  pods: (object) =>
    object.status === undefined ? { ...object, status: { phase: 'Pending', qosClass: 'BestEffort' } } : object,
};

/** Applies the rule of the kind, if it has one. */
export function builtinDefaults(kind: KindSchema, object: KubeObject, previous: KubeObject | undefined): KubeObject {
  const rule = kind.group === '' ? rules[kind.plural] : undefined;
  return rule ? rule(object, previous) : object;
}
