import { type BuildAction, controlledBy, type ImageSpec, type Mbsc, type Mic } from './objects.ts';

/** The ModuleBuildSignConfig that also asks for `image`; a new one when there is none. Other images are never taken out. */
export function withImage(mbsc: Mbsc | undefined, mic: Mic, image: ImageSpec, action: BuildAction): Mbsc {
  const entry = { ...image, action };
  const old = mbsc?.spec.images ?? [];
  const at = old.findIndex((one) => one.image === image.image);
  const { name = '', namespace = '' } = mic.metadata;
  const secret = mic.spec.imageRepoSecret;
  return {
    apiVersion: 'kmm.sigs.x-k8s.io/v1beta1',
    kind: 'ModuleBuildSignConfig',
    ...mbsc,
    metadata: mbsc?.metadata ?? { name, namespace, ownerReferences: [controlledBy(mic)] },
    spec: {
      images: at < 0 ? [...old, entry] : old.with(at, entry),
      ...(secret && { imageRepoSecret: secret }),
      pushBuiltImage: mic.spec.pushBuiltImage,
    },
  };
}

/** What became of an image's action; undefined while nothing is said about this very action. */
export const actionResult = (mbsc: Mbsc, image: string, action: BuildAction): 'Success' | 'Failure' | undefined =>
  mbsc.status?.images?.find((one) => one.image === image && one.action === action)?.status;

/** With the result of an image's action; one entry an image, so a sign result replaces that of the build. */
export function withResult(mbsc: Mbsc, image: string, action: BuildAction, status: 'Success' | 'Failure'): Mbsc {
  const old = mbsc.status?.images ?? [];
  const at = old.findIndex((one) => one.image === image);
  const entry = { action, image, status };
  return { ...mbsc, status: { ...mbsc.status, images: at < 0 ? [...old, entry] : old.with(at, entry) } };
}
