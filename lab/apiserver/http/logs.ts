import type { KubeObject } from '../../../shared/kube.ts';
import type { Core } from '../core.ts';
import { badRequest, notFound } from '../errors.ts';
import { type Exchange, sendText } from './reply.ts';
import type { Target } from './target.ts';

/** The log text of a pod's container; undefined when there is none. */
export type PodLogs = (pod: KubeObject, container: string) => string | undefined;

/** Where the text stands when no provider is given. */
export const logAnnotation = 'lab.kmm-bastion.io/log';

const containersOf = (pod: KubeObject) => {
  const spec = pod.spec as { containers?: { name: string }[]; initContainers?: { name: string }[] } | undefined;
  return {
    main: (spec?.containers ?? []).map(({ name }) => name),
    all: [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(({ name }) => name),
  };
};

/** GET …/pods/NAME/log with container, tailLines and limitBytes. */
export function sendLogs(exchange: Exchange, core: Core, target: Target, provider: PodLogs | undefined): void {
  const kind = core.registry.byResource('', 'pods')!;
  const pod = core.store.collection(kind).get(target.namespace, target.name);
  if (!pod) throw notFound(kind, target.name);
  const { main, all } = containersOf(pod);
  const container = target.query.get('container') ?? '';
  if (container && !all.includes(container)) {
    throw badRequest(`container ${container} is not valid for pod ${target.name}`);
  }
  if (!container && main.length > 1) {
    throw badRequest(`a container name must be specified for pod ${target.name}, choose one of: [${main.join(' ')}]`);
  }
  let text = provider?.(pod, container || main[0] || '') ?? pod.metadata.annotations?.[logAnnotation] ?? '';
  const tail = target.query.get('tailLines');
  if (tail !== null) {
    const ended = text.endsWith('\n');
    const lines = (ended ? text.slice(0, -1) : text).split('\n');
    const last = Number(tail) > 0 ? lines.slice(-Number(tail)) : [];
    text = last.join('\n') + (ended && last.length > 0 ? '\n' : '');
  }
  const limit = Number(target.query.get('limitBytes') ?? 0);
  if (limit > 0) text = Buffer.from(text).subarray(0, limit).toString('utf8');
  sendText(exchange, 200, text, 'text/plain');
}
