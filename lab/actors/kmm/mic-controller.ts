import { kinds } from '../../kinds.ts';
import type { Informer } from '../ocm/informer.ts';
import type { IndexBy } from './index-by.ts';
import { withImage } from './mbsc.ts';
import { stateOf, withState } from './mic.ts';
import type { BuildAction, ImageSpec, ImageState, Mbsc, Mic, Pod } from './objects.ts';
import { pullPodFor, pullResult } from './pull-pod.ts';
import type { Writer } from './writer.ts';

export interface MicView {
  mics: Informer;
  /** Pull pods by `namespace/name` of their MIC. */
  pullPods: IndexBy;
  /** Absent on a spoke, where nothing is built. */
  mbscs?: Informer;
  write: Writer;
}

/** KMM's reconcile of one ModuleImagesConfig: look at the pull pods, then at the builds, then ask for what is missing. */
export function createMicReconcile({ mics, pullPods, mbscs, write }: MicView): (key: string) => Promise<void> {
  async function readPods(mic: Mic, pods: readonly Pod[]): Promise<Mic> {
    if (pods.length === 0) return mic;
    let next = mic;
    const done: Pod[] = [];
    for (const pod of pods) {
      const image = mic.spec.images?.find((one) => one.image === pod.spec.containers[0]?.image);
      const result = image ? pullResult(pod) : 'unwanted';
      if (result === 'waiting') continue;
      if (image && result !== 'unwanted') next = withState(next, image.image, verdict(image, result === 'there'));
      done.push(pod);
    }
    const stands = await write.patch(kinds.ModuleImagesConfig, mic, next, 'status', 'always');
    // Only after the state is written: a pod is the only memory of its pull.
    for (const pod of done) if (!pod.metadata.deletionTimestamp) await write.remove(kinds.Pod, pod);
    return stands;
  }

  async function readBuilds(mic: Mic, mbsc: Mbsc | undefined): Promise<Mic> {
    if (!mbsc) return mic;
    let next = mic;
    for (const { image, action, status } of mbsc.status?.images ?? []) {
      const spec = mic.spec.images?.find((one) => one.image === image);
      if (!spec) continue;
      const built = action === 'BuildImage' && spec.sign ? 'NeedsSigning' : 'Exists';
      next = withState(next, image, status === 'Failure' ? 'DoesNotExist' : built);
    }
    return write.patch(kinds.ModuleImagesConfig, mic, next, 'status', 'always');
  }

  async function demand(mic: Mic, image: ImageSpec, action: BuildAction): Promise<void> {
    const { name = '', namespace = '' } = mic.metadata;
    const mbsc = mbscs!.get(name, namespace) as Mbsc | undefined;
    const wanted = withImage(mbsc, mic, image, action);
    if (mbsc) await write.patch(kinds.ModuleBuildSignConfig, mbsc, wanted);
    else await write.create(wanted);
  }

  return async (key) => {
    const [namespace = '', name = ''] = key.split('/');
    const found = mics.get(name, namespace) as Mic | undefined;
    if (!found || found.metadata.deletionTimestamp) return;
    const pods = pullPods.of(key) as Pod[];
    let mic = await readPods(found, pods);
    if (mbscs) mic = await readBuilds(mic, mbscs.get(name, namespace) as Mbsc | undefined);
    for (const image of mic.spec.images ?? []) {
      const state = stateOf(mic, image.image);
      if (state === undefined) {
        if (!pods.some((pod) => pod.spec.containers[0]?.image === image.image))
          await write.create(pullPodFor(mic, image));
      } else if (mbscs && state !== 'Exists') {
        if (state === 'NeedsSigning') await demand(mic, image, 'SignImage');
        // A sign-only image whose signing failed is "built" too: the action flips (real-hub.md 2, no. 7).
        else if (image.build || image.sign) await demand(mic, image, 'BuildImage');
      }
    }
  };
}

function verdict(image: ImageSpec, there: boolean): ImageState {
  if (there) return 'Exists';
  if (image.build) return 'NeedsBuilding';
  return image.sign ? 'NeedsSigning' : 'DoesNotExist';
}
