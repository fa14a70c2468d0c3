import type { LabClock } from '../../clock.ts';
import { kinds } from '../../kinds.ts';
import { plainEvent } from '../ocm/events.ts';
import type { Informer } from '../ocm/informer.ts';
import { withoutFinalizer } from '../ocm/mutate.ts';
import { kmm } from './labels.ts';
import { type Build, ownerName } from './objects.ts';
import type { Writer } from './writer.ts';

export interface BuildEventsView {
  builds: Informer;
  mbscs: Informer;
  write: Writer;
  clock: LabClock;
}

const ends: Record<string, { verb: string; type: 'Normal' | 'Warning' }> = {
  Complete: { verb: 'succeeded', type: 'Normal' },
  Failed: { verb: 'failed', type: 'Warning' },
  Error: { verb: 'failed', type: 'Warning' },
  Cancelled: { verb: 'cancelled', type: 'Normal' },
};

/** KMM-Hub's events about a Build, written on its MBSC (kmm.md 2.6), and the finalizers that wait for them. */
export function createBuildEventsReconcile({ builds, mbscs, write, clock }: BuildEventsView) {
  return async (key: string): Promise<void> => {
    const [namespace = '', name = ''] = key.split('/');
    let build = builds.get(name, namespace) as Build | undefined;
    const action = build?.metadata.labels?.[kmm.buildType];
    if (!build || !action) return;
    const about = mbscs.get(ownerName(build, 'ModuleBuildSignConfig') ?? '', namespace);
    const kernel = build.metadata.labels?.[kmm.targetKernel] ?? '';
    // As Go's title case makes it: BuildImage → Buildimage.
    const title = action.charAt(0).toUpperCase() + action.slice(1).toLowerCase();
    const facts = { 'kernel-version': kernel, 'build-name': name };
    const tell = async (type: 'Normal' | 'Warning', reason: string, said: string, more: Record<string, string>) => {
      const message = `${title} ${said} for kernel ${kernel}`;
      const event = plainEvent(about!, clock.now(), { type, reason, message, component: 'kmm-hub' });
      await write.create({ ...event, metadata: { ...event.metadata, annotations: { ...facts, ...more } } });
    };
    const waits = build.metadata.finalizers?.includes(kmm.jobEventFinalizer) === true;
    if (waits && about && build.metadata.annotations?.[kmm.createdEventSent] === undefined) {
      const annotations = { ...build.metadata.annotations, [kmm.createdEventSent]: '' };
      build = await write.patch(kinds.Build, build, { ...build, metadata: { ...build.metadata, annotations } });
      const created = { 'creation-timestamp': build.metadata.creationTimestamp ?? '' };
      await tell('Normal', `${title}Created`, 'created', created);
    }
    const end = ends[build.status?.phase ?? ''];
    if (waits && (end || !about)) {
      build = await write.patch(kinds.Build, build, {
        ...build,
        metadata: withoutFinalizer(build.metadata, kmm.jobEventFinalizer),
      });
      const verb = end && end.verb.charAt(0).toUpperCase() + end.verb.slice(1);
      if (end && about) await tell(end.type, `${title}${verb}`, `job ${end.verb}`, {});
    }
    // The garbage collector of jobs lets a deleted Build go at once (job.gcDelay is 0).
    if (build.metadata.deletionTimestamp && build.metadata.finalizers?.includes(kmm.gcDelayFinalizer)) {
      const metadata = withoutFinalizer(build.metadata, kmm.gcDelayFinalizer);
      await write.patch(kinds.Build, build, { ...build, metadata });
    }
  };
}
