import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Condition, KubeObject } from '../../shared/kube.ts';
import type { Api, KindRef } from '../api.ts';
import { recordingPath } from './recordings.fixture.ts';

/** One write as a watch saw it, in the short form of the recorded timelines. */
interface Step {
  event: string;
  object: string;
  [field: string]: unknown;
}

/** A step of one object. */
interface State {
  event: string;
  [field: string]: unknown;
}
/** Object → its states, one after the other. */
export type Story = Map<string, State[]>;

const said = ({ type, status, reason, observedGeneration }: Condition) =>
  `${type}=${status} ${reason}${observedGeneration === undefined ? '' : ` og=${observedGeneration}`}`;
const tag = (image: string) => image.slice(image.lastIndexOf(':') + 1);
interface Any {
  conditions?: Condition[];
  appliedResources?: { resource: string; name: string }[];
  imagesStates?: { image: string; status: string }[];
  resourceStatus?: {
    manifests: {
      conditions: Condition[];
      statusFeedback: { values?: { name: string; fieldValue: Record<string, unknown> }[] };
    }[];
  };
}

/** What a timeline writes down of an object of each kind. */
function short(object: KubeObject): Record<string, unknown> {
  const status = (object.status ?? {}) as Any;
  const spec = (object.spec ?? {}) as { images?: { image: string }[]; taints?: { key: string }[]; containers?: never };
  const { finalizers, labels = {} } = object.metadata;
  const conditions = status.conditions && { conditions: status.conditions.map(said) };
  switch (object.kind) {
    case 'ManifestWork':
      return {
        finalizers,
        ...conditions,
        manifests: (status.resourceStatus?.manifests ?? []).map((one) => ({
          conditions: one.conditions.map(said),
          values: Object.fromEntries(
            (one.statusFeedback.values ?? []).map(({ name, fieldValue: { type: _, ...value } }) => [
              name,
              Object.values(value)[0],
            ]),
          ),
        })),
      };
    case 'ManagedCluster':
      return { finalizers, taints: (spec.taints ?? []).map(({ key }) => key), labels, ...conditions };
    case 'AppliedManifestWork':
      return {
        finalizers,
        appliedResources: (status.appliedResources ?? []).map(({ resource, name }) => `${resource}/${name}`),
      };
    case 'ModuleImagesConfig':
      return {
        images: (spec.images ?? []).map(({ image }) => tag(image)),
        states: (status.imagesStates ?? []).map(({ image, status: state }) => `${tag(image)} ${state}`),
      };
    case 'Module':
      return { finalizers, status };
    case 'ManagedClusterModule':
      return { status };
    case 'Pod': {
      const [container] = (spec as { containers?: { image: string }[] }).containers ?? [];
      return { image: container?.image, phase: (status as { phase?: string }).phase };
    }
    default:
      return { ...conditions };
  }
}

/** Pods by what they pull, for their names are made up (`again`: a second one); records without the hub's hash. */
function namer(): (step: Step) => string {
  const pods = new Map<string, string>();
  return (step) => {
    const name = step.object.replace(/[0-9a-f]{64}/, 'hash');
    if (!name.startsWith('Pod ')) return name;
    const place = `${name.replace(/-[a-z0-9]{5}$/, '')} ${tag(String(step['image']))}`;
    if (!pods.has(place)) pods.set(place, name);
    return pods.get(place) === name ? place : `${place} again`;
  };
}

/** Generations count from the first seen of an object, for each run comes to it with another past; the lab's Pods have none. */
function told(steps: readonly Step[]): Story {
  const story: Story = new Map();
  const nameOf = namer();
  const first = new Map<string, number>();
  for (const step of steps) {
    const name = nameOf(step);
    const { object: _, t: __, generation, ...rest } = step;
    if (!story.has(name)) story.set(name, []);
    const states = story.get(name)!;
    if (states.at(-1)?.event === 'DELETED') first.delete(name);
    if (typeof generation === 'number' && !first.has(name)) first.set(name, generation);
    const counted = typeof generation === 'number' && !name.startsWith('Pod ');
    const state = inOrder({ ...rest, ...(counted && { generation: generation - first.get(name)! }) }) as State;
    const { event: ___, ...now } = state;
    const { event: ____, ...before } = states.at(-1) ?? { event: '' };
    // A write that changes nothing a timeline tells of is no step.
    if (state.event === 'MODIFIED' && JSON.stringify(now) === JSON.stringify(before)) continue;
    states.push(state);
  }
  return story;
}

/** The same as plain JSON, with the keys of every object in order. */
function inOrder(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, one) =>
      typeof one === 'object' && one && !Array.isArray(one)
        ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
        : one,
    ),
  );
}

/**
 * The values that each field of an object had, one after the other, and its events; of conditions those of each type, and
 * which types stood there in which order.
 */
export function byField(states: readonly object[]): Record<string, unknown[]> {
  const fields: Record<string, unknown[]> = { event: states.map((state) => (state as { event: string }).event) };
  const note = (field: string, value: unknown) => {
    const text = JSON.stringify(value);
    fields[field] ??= [];
    if (fields[field].at(-1) !== text) fields[field].push(text);
  };
  for (const state of states) {
    for (const [field, value] of Object.entries(state)) {
      if (field === 'event') continue;
      if (field !== 'conditions') {
        note(field, value);
        continue;
      }
      const typed = (value as string[]).map((one) => one.split('=') as [string, ...string[]]);
      note(
        'types',
        typed.map(([type]) => type),
      );
      for (const [type, ...rest] of typed) note(type, rest.join('='));
    }
  }
  return fields;
}

/**
 * A work's states without what looks found after its deletion had begun: how many of them the real agent still got done
 * before the end (none to two) is chance.
 */
export function withoutLastLooks(states: readonly State[]): State[] {
  const kept: State[] = [];
  for (const state of states) {
    if (!state['deleting']) {
      kept.push(state);
      continue;
    }
    const { manifests: _, ...rest } = state;
    const conditions = (state['conditions'] as string[] | undefined)?.filter((one) => !one.startsWith('Available='));
    const left = { ...rest, ...(conditions && { conditions }) };
    if (JSON.stringify(left) !== JSON.stringify(kept.at(-1))) kept.push(left);
  }
  return kept;
}

/** The recorded story; leases have a test of their own. */
export function timelineAt(path: string): Story {
  const steps = parse(readFileSync(recordingPath(path), 'utf8')) as Step[];
  return told(steps.filter(({ object }) => !object.startsWith('Lease ')));
}

/** Watches objects of `watched` from now on. */
export function follow(watched: readonly (readonly [Api, KindRef])[]): {
  story(): Story;
  /** Forgets what was seen, as a watch that begins here without a list. */
  fromHere(): void;
  stop(): void;
} {
  const steps: Step[] = [];
  const stops = watched.map(([api, kind]) =>
    api.watch(kind, (event) => {
      if (event.type !== 'ADDED' && event.type !== 'MODIFIED' && event.type !== 'DELETED') return;
      const object = event.object as KubeObject;
      const { name, namespace, generation, deletionTimestamp } = object.metadata;
      steps.push({
        event: event.type,
        object: `${kind.kind} ${namespace ? `${namespace}/` : ''}${name}`,
        generation,
        ...(deletionTimestamp && { deleting: true }),
        ...short(object),
      });
    }),
  );
  return {
    story: () => told(steps),
    fromHere() {
      steps.length = 0;
    },
    stop() {
      for (const stop of stops) stop();
    },
  };
}
