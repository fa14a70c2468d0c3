import type { KubeObject } from '../../../shared/kube.ts';
import type { MappedKernel } from '../../../shared/rules/kernel-mapping.ts';
import type { ModuleSpec } from '../../../shared/rules/module-spec.ts';
import { controlledBy, type ImageSpec, type ImageState, type Mic, type MicSpec } from './objects.ts';

/** The entry of one kernel. Go writes the TLS structures even when they are empty. */
export function imageSpec({ image, kernel, build, sign, registryTLS }: MappedKernel, dirName = '/opt'): ImageSpec {
  return {
    ...(build && { build: { ...build, baseImageRegistryTLS: build.baseImageRegistryTLS ?? {} } }),
    dirName,
    image,
    kernelVersion: kernel,
    registryTLS,
    ...(sign && { sign: { ...sign, unsignedImageRegistryTLS: sign.unsignedImageRegistryTLS ?? {} } }),
  };
}

/** The spec for a module's images. Trap: of two kernels with one image, only the first stays (kmm.md 2.2). */
export function micSpec(images: readonly ImageSpec[], module: ModuleSpec): MicSpec {
  const unique = [...new Map(images.toReversed().map((one) => [one.image, one])).values()].toReversed();
  return {
    imagePullPolicy: module.moduleLoader?.container.imagePullPolicy ?? '',
    ...(module.imageRepoSecret && { imageRepoSecret: module.imageRepoSecret }),
    ...(unique.length > 0 && { images: unique }),
    pushBuiltImage: true,
    ...(module.tolerations?.length && { tolerations: module.tolerations }),
  };
}

/** A new ModuleImagesConfig for `owner`. */
export const newMic = (name: string, namespace: string, spec: MicSpec, owner: KubeObject): Mic => ({
  apiVersion: 'kmm.sigs.x-k8s.io/v1beta1',
  kind: 'ModuleImagesConfig',
  metadata: { name, namespace, ownerReferences: [controlledBy(owner)] },
  spec,
});

export const stateOf = (mic: Mic, image: string): ImageState | undefined =>
  mic.status?.imagesStates?.find((one) => one.image === image)?.status;

/** With the state of one image set: in place, or at the end. Entries are never taken out, as in the real KMM. */
export function withState(mic: Mic, image: string, status: ImageState): Mic {
  const states = mic.status?.imagesStates ?? [];
  const at = states.findIndex((one) => one.image === image);
  const next = at < 0 ? [...states, { image, status }] : states.with(at, { image, status });
  return { ...mic, status: { ...mic.status, imagesStates: next } };
}

/** KMM's gate: every image wanted exists; none wanted counts as ready. */
export const allImagesExist = (mic: Mic): boolean =>
  (mic.spec.images ?? []).every(({ image }) => stateOf(mic, image) === 'Exists');
