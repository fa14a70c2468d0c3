import { ApiError } from '../../api.ts';
import { kinds } from '../../kinds.ts';
import type { Informer } from '../ocm/informer.ts';
import { type BuildInputs, buildFor, buildName } from './build-object.ts';
import type { IndexBy } from './index-by.ts';
import { kmm } from './labels.ts';
import { actionResult, withResult } from './mbsc.ts';
import type { Build, BuildAction, ImageSpec, Mbsc } from './objects.ts';
import type { Writer } from './writer.ts';

export interface MbscView {
  mbscs: Informer;
  /** Builds by `namespace/name` of their MBSC. */
  builds: IndexBy;
  write: Writer;
  inputs: BuildInputs;
  log: (line: string) => void;
}

const results: Record<string, 'Success' | 'Failure'> = { Complete: 'Success', Failed: 'Failure', Error: 'Failure' };

/** KMM-Hub's reconcile of one ModuleBuildSignConfig: results first, then Builds that are missing, then those that are done. */
export function createMbscReconcile({ mbscs, builds, write, inputs, log }: MbscView): (key: string) => Promise<void> {
  async function sync(mbsc: Mbsc, image: ImageSpec, action: BuildAction, found: Build | undefined): Promise<void> {
    const wanted = buildFor(mbsc, image, action, inputs);
    if (!found) {
      try {
        await write.create(wanted);
      } catch (error) {
        // The cache is behind: there is one already.
        if (!(error instanceof ApiError) || error.status !== 409) throw error;
      }
    } else if (wanted.metadata.annotations?.[kmm.lastHash] !== found.metadata.annotations?.[kmm.lastHash]) {
      await write.remove(kinds.Build, found);
    }
  }

  return async (key) => {
    const [namespace = '', name = ''] = key.split('/');
    const found = mbscs.get(name, namespace) as Mbsc | undefined;
    if (!found || found.metadata.deletionTimestamp) return;
    const mine = builds.of(key) as Build[];
    const buildOf = (image: ImageSpec, action: BuildAction) =>
      mine.find((one) => one.metadata.name === buildName(found, image.kernelVersion, action));
    let next = found;
    for (const image of found.spec.images) {
      const result = results[buildOf(image, image.action)?.status?.phase ?? ''];
      if (result) next = withResult(next, image.image, image.action, result);
    }
    const mbsc = await write.patch(kinds.ModuleBuildSignConfig, found, next, 'status', 'always');
    const errors: string[] = [];
    for (const { action, ...image } of mbsc.spec.images) {
      if (actionResult(mbsc, image.image, action) === 'Success') continue;
      try {
        await sync(mbsc, image, action, buildOf(image, action));
      } catch (error) {
        errors.push(
          `sync for image ${image.image}, action ${action} failed: ${error instanceof Error ? error.message : error}`,
        );
      }
    }
    if (errors.length > 0) throw new Error(errors.join('\n'));
    for (const build of mine) {
      if (build.status?.phase !== 'Complete' || build.metadata.deletionTimestamp) continue;
      await write.remove(kinds.Build, build);
      log(`${name}: garbage-collected Build ${build.metadata.name}`);
    }
  };
}
