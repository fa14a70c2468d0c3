import type { KubeObject } from '../../../shared/kube.ts';
import { kinds } from '../../kinds.ts';
import type { Spoke } from '../../world/spoke.ts';
import { createAppliedWorks, hubHash, ownerReference } from './applied-work.ts';
import { withCondition } from './conditions.ts';
import type { HubView } from './hub-view.ts';
import { mutateMeta, mutateStatus, withFinalizer, withoutFinalizer } from './mutate.ts';
import { ocmNames } from './names.ts';
import { createQueue } from './queue.ts';
import { createRights } from './rights.ts';
import { createSpokeWatches, type Held } from './spoke-watches.ts';
import { applyManifest } from './work-apply.ts';
import { lookAt } from './work-look.ts';
import { manifestMeta, refOf } from './work-meta.ts';
import { appliedStatus, availableStatus, type Outcome } from './work-status.ts';
import { configOf, workSpec, workStatus } from './work-types.ts';

/** The klusterlet operator starts the agent of an SNO with --status-sync-interval=60s; each wait is × (1 … 1.9). */
const pollMs = 60_000;
/** Re-apply of everything: 4 min × (1 … 1.5). */
const resyncMs = 240_000;
const retryMs = { first: 5_000, most: 1_000_000 };

/** What the agent keeps in mind of one work. */
interface Memory {
  generation: number | undefined;
  labels: string;
  failures: number;
  apply: boolean;
  look: boolean;
  appliedAt: number;
  /** resourceVersion and generation of each object as last applied or read. */
  seen: Map<string, string>;
  timers: Map<'retry' | 'poll' | 'resync' | 'watch', () => void>;
}

const key = (object: KubeObject) => `${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`;
const versionOf = (object: KubeObject) => object.metadata.resourceVersion ?? '';
const labelsOf = (work: KubeObject) => JSON.stringify(work.metadata.labels ?? {});

/**
 * OCM's work agent of one spoke. Nothing is polled for its own sake: a change on the spoke makes the agent look when
 * its next poll, watch or resync would have come.
 */
export function startWorkAgent(hub: HubView, spoke: Spoke): () => void {
  const { clock, random, name: cluster } = spoke;
  const api = hub.api.as('work');
  const local = spoke.core.as('work-agent');
  const works = hub.watch(kinds.ManifestWork);
  const clusters = hub.watch(kinds.ManagedCluster);
  const rights = createRights(spoke.core, () => {
    // The next poll sees what it may read now, often before the next try to apply.
    for (const [name, memory] of memories) if (memory.failures > 0) poll(name);
  });
  const applied = createAppliedWorks(local, hubHash(hub.url), rights);
  const memories = new Map<string, Memory>();

  const mayAct = () =>
    spoke.running('work') &&
    (clusters.get(cluster)?.spec as { hubAcceptsClient?: boolean } | undefined)?.hubAcceptsClient === true;

  function memoryOf(name: string): Memory {
    let memory = memories.get(name);
    if (!memory) {
      memory = {
        generation: undefined,
        labels: '',
        failures: 0,
        apply: false,
        look: false,
        appliedAt: 0,
        seen: new Map(),
        timers: new Map(),
      };
      memories.set(name, memory);
    }
    return memory;
  }
  function after(memory: Memory, timer: 'retry' | 'poll' | 'resync' | 'watch', ms: number, work: () => void): void {
    if (memory.timers.has(timer)) return;
    const cancel = clock.after(ms, () => {
      memory.timers.delete(timer);
      work();
    });
    memory.timers.set(timer, cancel);
  }
  function cancel(memory: Memory, timer: 'retry' | 'poll' | 'resync' | 'watch'): void {
    memory.timers.get(timer)?.();
    memory.timers.delete(timer);
  }
  function forget(name: string): void {
    for (const stop of memories.get(name)?.timers.values() ?? []) stop();
    memories.delete(name);
    watches.hold(name, []);
  }
  const applySoon = (name: string) => {
    memoryOf(name).apply = true;
    queue.add(name);
  };
  const lookSoon = (name: string) => {
    memoryOf(name).look = true;
    queue.add(name);
  };
  const poll = (name: string) =>
    after(memoryOf(name), 'poll', random.next() * pollMs * (1 + 0.9 * random.next()), () => lookSoon(name));
  const resync = (name: string) => {
    const memory = memoryOf(name);
    const due = memory.appliedAt + resyncMs * (1 + 0.5 * random.next());
    after(memory, 'resync', Math.max(0, due - clock.now()), () => applySoon(name));
  };

  const watches = createSpokeWatches(local, (name, object, gone, immediate) => {
    const memory = memories.get(name);
    const work = works.get(name, cluster);
    if (!memory || !work) return;
    const place = key((object ?? gone)!);
    if (object && memory.seen.get(place) === versionOf(object)) return;
    if (work.metadata.deletionTimestamp) {
      if (gone) after(memory, 'watch', random.between(400, 13_000), () => queue.add(name));
      return;
    }
    if (immediate) after(memory, 'watch', random.between(44, 69), () => lookSoon(name));
    else poll(name);
    // Whether it really drifted is found out at the resync: then the manifest is simply applied again.
    if (gone || (object && drifted(memory, object))) resync(name);
  });
  function drifted(memory: Memory, object: KubeObject): boolean {
    const was = memory.seen.get(`${key(object)}#`);
    return was !== undefined && was !== contentOf(object);
  }
  /** The generation, or for kinds without one everything but metadata and status. */
  function contentOf(object: KubeObject): string {
    if (object.metadata.generation !== undefined) return String(object.metadata.generation);
    const { metadata: _, status: __, ...rest } = object;
    return JSON.stringify(rest);
  }
  function remember(memory: Memory, object: KubeObject): void {
    memory.seen.set(key(object), versionOf(object));
    memory.seen.set(`${key(object)}#`, contentOf(object));
  }

  async function apply(name: string, work: KubeObject, memory: Memory): Promise<void> {
    const spec = workSpec(work);
    const manifests = spec.workload?.manifests ?? [];
    const generation = work.metadata.generation ?? 1;
    // An empty list never gets conditions (real-ocm.md, size limits).
    if (manifests.length === 0) return;
    await clock.sleep(random.between(5, 15));
    if (!mayAct()) return;
    memory.appliedAt = clock.now();
    memory.generation = generation;
    memory.seen.clear();
    cancel(memory, 'resync');
    const orphan = spec.deleteOption?.propagationPolicy === 'Orphan';
    const outcomes: Outcome[] = [];
    const resources = [];
    const held: Held[] = [];
    let conflict = false;
    const record = spoke.gate.open ? await applied.ensure(work) : undefined;
    const owner = record && ownerReference(record);
    for (const [ordinal, manifest] of manifests.entries()) {
      const ref = refOf(spoke, manifest);
      const meta = manifestMeta(manifest, ref, ordinal);
      const config = configOf(spec, meta);
      if (!ref) {
        outcomes.push({ meta, error: `the server doesn't have a resource type "${manifest.kind}"` });
        continue;
      }
      if (!record || !owner) {
        outcomes.push({ meta, error: spoke.unreachable(ref, meta.name, meta.namespace) });
        continue;
      }
      const result = await applyManifest(local, rights, ref, manifest, config, orphan ? undefined : owner, owner.uid);
      outcomes.push({ meta, error: result.error });
      conflict ||= result.conflict === true;
      const immediate = config?.feedbackScrapeType === 'Watch';
      if (meta.name) held.push({ kind: ref, name: meta.name, namespace: meta.namespace, immediate });
      if (result.object && config?.updateStrategy?.type !== 'ReadOnly' && !result.error)
        remember(memory, result.object);
      // A manifest that was refused stays recorded while its object is there, else the object would be taken for one that the
      // work no longer names and be deleted: the spoke keeps its old Module (real-ocm.md G5).
      const there = result.object ?? (meta.name ? await local.get(ref, meta.name, meta.namespace) : undefined);
      if (!there) continue;
      const { group, name: one, namespace, resource, version } = meta;
      resources.push({ group, name: one, namespace, resource, uid: there.metadata.uid!, version });
    }
    watches.hold(name, held);
    if (record) await applied.record(name, resources);
    await mutateStatus(api, kinds.ManifestWork, name, cluster, (status) =>
      appliedStatus(status, outcomes, generation, clock.now()),
    );
    memory.look = true;
    cancel(memory, 'retry');
    const failed = outcomes.some(({ error }) => error);
    if (!failed) memory.failures = 0;
    else if (conflict) resync(name);
    else {
      const wait = Math.min(retryMs.most, retryMs.first * 2 ** memory.failures) * (1 + 0.03 * random.next());
      memory.failures += 1;
      after(memory, 'retry', wait, () => applySoon(name));
    }
  }

  async function look(name: string, memory: Memory): Promise<void> {
    await clock.sleep(random.between(2, 10));
    if (!mayAct()) return;
    cancel(memory, 'poll');
    const work = await api.get(kinds.ManifestWork, name, cluster);
    if (!work) return;
    const generation = work.metadata.generation ?? 1;
    const { findings, objects } = await lookAt(spoke, rights, work);
    for (const object of objects) memory.seen.set(key(object), versionOf(object));
    await mutateStatus(api, kinds.ManifestWork, name, cluster, (status) =>
      availableStatus(status, findings, generation, clock.now()),
    );
  }

  async function takeDown(name: string): Promise<void> {
    await clock.sleep(random.between(5, 20));
    if (!mayAct()) return;
    let begun = false;
    const work = await mutateStatus(api, kinds.ManifestWork, name, cluster, (status, object) => {
      const generation = object.metadata.generation ?? 1;
      const said = {
        type: 'Deleting',
        status: 'True',
        reason: 'WorkDeleting',
        message: 'ManifestWork is being deleted',
        observedGeneration: generation,
      } as const;
      const old = workStatus(object).conditions ?? [];
      const conditions = withCondition(old, said, clock.now());
      begun = conditions !== old;
      return begun ? { ...status, conditions } : undefined;
    });
    if (!work) return;
    // The deletion is a new generation, so the objects are looked at once more, and again when they are gone.
    const lookAgain = async () => {
      if (begun) await look(name, memoryOf(name));
    };
    await lookAgain();
    if (!spoke.gate.open || !(await applied.takeDown(name, lookAgain))) return;
    await clock.sleep(random.between(10, 150));
    await mutateMeta(api, kinds.ManifestWork, name, cluster, (meta) => withoutFinalizer(meta, ocmNames.workCleanup));
  }

  const queue = createQueue(clock, async (name) => {
    if (!mayAct()) return;
    let work = works.get(name, cluster);
    if (!work) return forget(name);
    const memory = memoryOf(name);
    if (work.metadata.deletionTimestamp) return takeDown(name);
    if (!work.metadata.finalizers?.includes(ocmNames.workCleanup)) {
      await clock.sleep(random.between(3, 8));
      if (!mayAct()) return;
      work = await mutateMeta(api, kinds.ManifestWork, name, cluster, (meta) =>
        meta.deletionTimestamp ? meta : withFinalizer(meta, ocmNames.workCleanup),
      );
      if (!work || work.metadata.deletionTimestamp) return;
    }
    if (memory.apply) {
      memory.apply = false;
      await apply(name, work, memory);
    }
    if (memory.look) {
      memory.look = false;
      await look(name, memory);
    }
  });

  const stops = [
    works.listenAt(cluster, ({ object, old }) => {
      const name = (object ?? old)!.metadata.name!;
      if (!object) return queue.add(name);
      const memory = memoryOf(name);
      if (object.metadata.deletionTimestamp) {
        if (!old?.metadata.deletionTimestamp) queue.add(name);
        return;
      }
      const labels = labelsOf(object);
      if (old && old.metadata.generation === object.metadata.generation && labels === memory.labels) return;
      memory.labels = labels;
      memory.failures = 0;
      applySoon(name);
    }),
    spoke.listen((event) => {
      const mine = () => [...works.inNamespace(cluster)].map((work) => work.metadata.name!);
      if (event.type === 'started' && event.agent === 'work') for (const name of mine()) applySoon(name);
      if (!spoke.running('work')) return;
      if (event.type === 'down') for (const name of mine()) poll(name);
      if (event.type === 'up')
        for (const name of mine()) {
          if (works.get(name, cluster)?.metadata.deletionTimestamp) queue.add(name);
          else poll(name);
        }
    }),
    rights.stop,
    watches.stop,
    queue.stop,
  ];
  // What stood there before the agent came.
  for (const work of works.inNamespace(cluster)) {
    memoryOf(work.metadata.name!).labels = labelsOf(work);
    applySoon(work.metadata.name!);
  }
  return () => {
    for (const stop of stops) stop();
    for (const name of [...memories.keys()]) {
      for (const timer of memories.get(name)!.timers.values()) timer();
    }
  };
}
