import type { KubeObject } from '../../shared/kube.ts';
import type { Change, Projector } from '../hubs/projector.ts';
import type { KindName } from '../kube/resources.ts';
import type { ModuleRecords } from '../store/modules.ts';
import type { Store } from '../store/open.ts';
import type { Proofs } from '../store/proofs.ts';
import type { WorkRow, Works } from '../store/works.ts';
import { pullTrouble } from './build-shape.ts';
import type { ModuleIndex } from './module-index.ts';
import type { PairQueue } from './pair-queue.ts';
import type { Pairs } from './pairs.ts';
import type { createBuildProjection } from './project-builds.ts';
import { imageConfigRow, moduleRecord } from './project-images.ts';
import { workRow } from './project-work.ts';
import { namesOf } from './targets.ts';
import type { Sighting, Tell } from './tell.ts';

type There = Change & { object: KubeObject };
const isThere = (change: Change): change is There => change.object !== undefined;

const kinds = [
  'ManifestWork',
  'ManagedCluster',
  'ManagedClusterInfo',
  'ManagedClusterModule',
  'ModuleImagesConfig',
  'ModuleBuildSignConfig',
  'Build',
  'Pod',
  'Event',
] as const satisfies KindName[];

/** Rooms the projection of modules writes to. */
export interface ModuleRooms {
  store: Store;
  works: Works;
  records: ModuleRecords;
  proofs: Proofs;
  index: ModuleIndex;
  pairs: Pairs;
  queue: PairQueue;
  builds: ReturnType<typeof createBuildProjection>;
  tell: Tell;
  /** Called after each change that deliveries and proof works may have to answer. */
  stir(hub: string): void;
}

/** Objects of the hub to rows of works, modules, images, builds and proofs. Incremental: a change touches its own pairs only. */
export function createModuleProjector(rooms: ModuleRooms): Projector {
  const { store, works, records, proofs, index, pairs, queue, builds, tell, stir } = rooms;

  /** KMM-Hub may rewrite a work every second (a module over two kernels): its first delivery is the news. */
  const lastDelivered = store.db
    .prepare<[string, string, string], string>(
      `select at from timeline where hub = ? and module = ? and event = 'delivered' and spoke = ? order by id desc limit 1`,
    )
    .pluck();
  const told = (hub: string, module: string, { spoke, created_at }: WorkRow): boolean =>
    ((lastDelivered.get(hub, module, spoke) as string | undefined) ?? '') >= created_at;

  function work(change: Change, seen: Sighting): string[] {
    const { hub, namespace: spoke, name } = change;
    const old = works.get(hub, spoke, name);
    const row = isThere(change) ? workRow(change) : undefined;
    if (row) works.put(row);
    else works.remove(hub, spoke, name);
    const module = row?.module || old?.module;
    if (!module) return ['work'];
    if (
      row?.purpose === 'module' &&
      row.delivered &&
      !old?.delivered &&
      (old || seen.news) &&
      !told(hub, module, row)
    ) {
      const sentence = `${spoke} has taken over ${module} from the hub.`;
      const at = row.changed_at ?? seen.hubAt;
      tell(hub, { at, seenAt: seen.seenAt, spoke, module, event: 'delivered', sentence, tone: 'neutral' });
    }
    return ['work', 'timeline', ...pairs.touch(hub, module, spoke, seen)];
  }

  function module(change: Change, seen: Sighting): string[] {
    const { hub, name } = change;
    const old = records.get(hub, name);
    if (isThere(change)) records.put(moduleRecord(change));
    else records.remove(hub, name);
    const row = records.get(hub, name);
    const same =
      old && row && old.uid === row.uid && old.generation === row.generation && old.deleting === row.deleting;
    // KMM-Hub rewrites the numbers at every work: they touch no spoke.
    if (same) return ['module'];
    index.forget(hub);
    const live = index.get(hub, name);
    const touched = new Set(proofs.spokesOf(hub, name));
    if (live) for (const spoke of namesOf(store, hub, live.base)) touched.add(spoke);
    queue.add(hub, name, touched, seen);
    return ['module'];
  }

  function images(change: Change, seen: Sighting): string[] {
    const { hub, namespace, name } = change;
    const old = records.images(hub, namespace, name);
    const row = isThere(change) ? imageConfigRow(change) : undefined;
    if (row) records.putImages(row);
    else records.removeImages(hub, namespace, name);
    const pair = row ?? old;
    return pair ? ['image_config', ...pairs.touch(hub, pair.module, pair.spoke, seen)] : [];
  }

  function build(change: Change, seen: Sighting): string[] {
    const { hub, namespace, kind } = change;
    // What is gone has ended: its row stays as history.
    if (!isThere(change)) return [];
    const pull = kind === 'Pod' ? pullTrouble(change.object) : undefined;
    if (pull) {
      const changed = records.setPull(hub, namespace, pull.owner, pull.trouble);
      const pair = changed ? builds.pairOf(hub, namespace, pull.owner) : undefined;
      return pair ? pairs.touch(hub, pair.module, pair.spoke, seen) : [];
    }
    const follow = { Build: builds.build, Pod: builds.pod, Event: builds.event, ModuleBuildSignConfig: builds.config };
    const pair = follow[kind as keyof typeof follow](change, seen);
    return pair ? ['build', 'timeline', ...pairs.touch(hub, pair.module, pair.spoke, seen)] : [];
  }

  function project(change: Change): string[] {
    const seen: Sighting = { seenAt: change.seenAt, hubAt: change.hubAt, news: !change.listing };
    switch (change.kind) {
      case 'ManifestWork':
        return work(change, seen);
      case 'ManagedCluster':
        return pairs.touchSpoke(change.hub, change.name, seen);
      case 'ManagedClusterInfo':
        return pairs.touchSpoke(change.hub, change.namespace, seen);
      case 'ManagedClusterModule':
        return module(change, seen);
      case 'ModuleImagesConfig':
        return images(change, seen);
      default:
        return build(change, seen);
    }
  }
  return {
    kinds,
    project(change) {
      const tables = project(change);
      if (tables.length > 0) stir(change.hub);
      return tables;
    },
  };
}
