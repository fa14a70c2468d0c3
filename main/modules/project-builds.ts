import type { KubeObject } from '../../shared/kube.ts';
import type { Change } from '../hubs/projector.ts';
import type { BuildRecord, Builds } from '../store/builds.ts';
import type { ModuleRecords } from '../store/modules.ts';
import type { Timeline } from '../store/timeline.ts';
import { type BuildFacts, factsOfBuild, factsOfPod, kernelLabel } from './build-shape.ts';
import type { ModuleIndex } from './module-index.ts';
import type { Sighting, Tell } from './tell.ts';

type There = Change & { object: KubeObject };
interface Pair {
  module: string;
  spoke: string;
}
interface HubEvent {
  reason?: string;
  message?: string;
  lastTimestamp?: string | null;
  eventTime?: string | null;
  involvedObject?: { kind?: string; name?: string };
}
interface ConfigImage {
  image: string;
  kernelVersion: string;
  action: string;
}

/** Follows builds and signings of KMM-Hub from Build, Pod, ModuleBuildSignConfig and Event. Each returns the pair it touched. */
export function createBuildProjection(rooms: {
  builds: Builds;
  records: ModuleRecords;
  index: ModuleIndex;
  tell: Tell;
  timeline: Pick<Timeline, 'redate'>;
}) {
  const { builds, records, index, tell, timeline } = rooms;

  /** Whose config `<module>-<spoke>` is; the ModuleImagesConfig of that name knows, else the longest module name decides. */
  function pairOf(hub: string, namespace: string, owner: string): Pair | undefined {
    const config = records.images(hub, namespace, owner);
    if (config) return { module: config.module, spoke: config.spoke };
    let best: Pair | undefined;
    for (const { name } of index.all(hub)) {
      if (!owner.startsWith(`${name}-`) || (best && best.module.length > name.length)) continue;
      best = { module: name, spoke: owner.slice(name.length + 1) };
    }
    return best;
  }

  /** Sign builds carry no kernel: the images config has it, by KMM's label form. */
  function fullKernel(hub: string, namespace: string, facts: BuildFacts): string {
    if (facts.kernel !== '') return facts.kernel;
    const config = records.images(hub, namespace, facts.owner);
    const images = config ? (JSON.parse(config.images_json) as { kernel: string }[]) : [];
    return images.find(({ kernel }) => kernelLabel(kernel) === facts.kernelLabel)?.kernel ?? facts.kernelLabel;
  }

  function write(row: BuildRecord, old: BuildRecord | undefined, seen: Sighting): void {
    builds.put(row);
    if (!seen.news && !old) return;
    const { hub, module, spoke } = row;
    const line = (event: string, at: string, sentence: string, tone: 'good' | 'bad' | 'neutral') =>
      tell(hub, { at, seenAt: seen.seenAt, spoke, module, event, sentence, tone });
    const signs = row.action === 'SignImage';
    if (row.state !== 'waiting' && (!old || old.state === 'waiting')) {
      line(
        'buildStarted',
        row.started_at ?? seen.hubAt,
        `The hub ${signs ? 'signs' : 'builds'} ${module} for kernel ${row.kernel}.`,
        'neutral',
      );
    }
    if (row.state === old?.state) {
      // First written as of when it was seen, e.g. after days offline; now its own time is known.
      const from = old.ended_at;
      const entry = { hub, spoke, module, event: row.state === 'failed' ? 'buildFailed' : 'buildEnded' };
      if (from && row.ended_at && from !== row.ended_at) timeline.redate(entry, from, row.ended_at);
      return;
    }
    const did = signs ? 'signed' : 'built';
    if (row.state === 'succeeded') {
      line('buildEnded', row.ended_at ?? seen.hubAt, `${module} is ${did} for kernel ${row.kernel}.`, 'good');
    } else if (row.state === 'failed') {
      const why = row.message === '' ? '.' : `: ${row.message}`;
      line(
        'buildFailed',
        row.ended_at ?? seen.hubAt,
        `${module} could not be ${did} for kernel ${row.kernel}${why}`,
        'bad',
      );
    }
  }

  function follow(change: There, facts: BuildFacts | undefined, seen: Sighting): Pair | undefined {
    const { hub, namespace, name, object } = change;
    const pair = facts && pairOf(hub, namespace, facts.owner);
    if (!facts || !pair) return undefined;
    const uid = object.metadata.uid ?? name;
    const old = builds.get(hub, namespace, name, uid);
    const { owner, kernelLabel: _label, ...rest } = facts;
    const kernel = fullKernel(hub, namespace, facts);
    const ended = facts.ended_at ?? (facts.state === 'succeeded' || facts.state === 'failed' ? seen.hubAt : null);
    const row = { hub, namespace, name, uid, ...rest, module: pair.module, spoke: pair.spoke, kernel };
    // A finished build stays finished: its object may be seen once more on its way out. Its own time is the best there is.
    write({ ...row, ended_at: facts.ended_at ?? old?.ended_at ?? ended }, old, seen);
    builds.remove(hub, namespace, configRow(owner, facts.action, kernel), 'mbsc');
    return pair;
  }

  /** Ends rows that still run, for builds whose object went before its end was seen, and corrects an end that was told too late. */
  function finish(
    hub: string,
    pair: Pair,
    which: (row: BuildRecord) => boolean,
    state: BuildRecord['state'],
    at: string,
    seen: Sighting,
  ): void {
    for (const old of builds.ofPair(hub, pair.module, pair.spoke)) {
      const open = old.state === 'running' || old.state === 'waiting';
      if (!which(old) || !(open || (old.state === state && (old.ended_at ?? '') > at))) continue;
      write({ ...old, state, ended_at: at }, old, seen);
    }
  }

  /** KMM-Hub's events on a ModuleBuildSignConfig, e.g. BuildimageSucceeded "… for kernel <k>" (kmm.md 2.6). */
  function event(change: There, seen: Sighting): Pair | undefined {
    const { reason, message, involvedObject, lastTimestamp, eventTime } = change.object as KubeObject & HubEvent;
    const [, what, result] = /^(Build|Sign)image(Succeeded|Failed|Cancelled)$/.exec(reason ?? '') ?? [];
    if (!what || involvedObject?.kind !== 'ModuleBuildSignConfig' || !involvedObject.name) return undefined;
    const pair = pairOf(change.hub, change.namespace, involvedObject.name);
    const kernel = /for kernel (\S+)$/.exec(message ?? '')?.[1] ?? '';
    const at = lastTimestamp ?? eventTime ?? seen.hubAt;
    if (!pair) return undefined;
    // An event may be of an earlier attempt: it ends only what had begun by then.
    const meant = (row: BuildRecord) =>
      row.action === `${what}Image` &&
      [row.kernel, kernelLabel(row.kernel)].includes(kernel) &&
      (row.started_at ?? '') <= at;
    finish(change.hub, pair, meant, result === 'Succeeded' ? 'succeeded' : 'failed', at, seen);
    return pair;
  }

  function config(change: There, seen: Sighting): Pair | undefined {
    const { hub, namespace, name, object } = change;
    const pair = pairOf(hub, namespace, name);
    if (!pair) return undefined;
    const known = builds.ofPair(hub, pair.module, pair.spoke);
    const spec = (object.spec ?? {}) as { images?: ConfigImage[] };
    const status = (object.status ?? {}) as { images?: { image: string; action: string; status: string }[] };
    for (const { image, kernelVersion, action } of spec.images ?? []) {
      if (known.some((row) => row.image === image && row.action === action)) continue;
      const row = { hub, namespace, name: configRow(name, action, kernelVersion), uid: 'mbsc', ...pair, image, action };
      const { module, spoke } = pair;
      write(
        {
          ...row,
          module,
          spoke,
          kernel: kernelVersion,
          state: 'waiting',
          started_at: null,
          ended_at: null,
          message: '',
        },
        undefined,
        seen,
      );
    }
    for (const { image, action, status: result } of status.images ?? []) {
      finish(
        hub,
        pair,
        (row) => row.image === image && row.action === action,
        result === 'Success' ? 'succeeded' : 'failed',
        seen.hubAt,
        seen,
      );
    }
    return pair;
  }

  return {
    build: (change: There, seen: Sighting) => follow(change, factsOfBuild(change.object), seen),
    pod: (change: There, seen: Sighting) => follow(change, factsOfPod(change.object), seen),
    config,
    event,
    pairOf,
  };
}

const configRow = (config: string, action: string, kernel: string): string =>
  `${config}/${action}/${kernelLabel(kernel)}`;
