import type { KubeObject, OwnerReference } from '../../../shared/kube.ts';
import type {
  BuildSection,
  Modprobe,
  ModuleSpec,
  RegistryTLS,
  SignSection,
  Toleration,
} from '../../../shared/rules/module-spec.ts';

/** One image that KMM wants to exist (kmm.md 1.8). */
export interface ImageSpec {
  image: string;
  kernelVersion: string;
  dirName: string;
  build?: BuildSection;
  sign?: SignSection;
  registryTLS: RegistryTLS;
}

export type ImageState = 'Exists' | 'DoesNotExist' | 'NeedsBuilding' | 'NeedsSigning';
export type BuildAction = 'BuildImage' | 'SignImage';

export interface MicSpec {
  images?: ImageSpec[];
  imagePullPolicy: string;
  imageRepoSecret?: { name: string };
  pushBuiltImage: boolean;
  tolerations?: Toleration[];
}

/** ModuleImagesConfig. */
export interface Mic extends KubeObject {
  spec: MicSpec;
  status?: { imagesStates?: { image: string; status: ImageState }[] };
}

/** ModuleBuildSignConfig. */
export interface Mbsc extends KubeObject {
  spec: {
    images: (ImageSpec & { action: BuildAction })[];
    imageRepoSecret?: { name: string };
    pushBuiltImage: boolean;
  };
  status?: { images?: { image: string; action: BuildAction; status: 'Success' | 'Failure' }[] };
}

/** ManagedClusterModule. */
export interface Mcm extends KubeObject {
  spec: { moduleSpec: ModuleSpec; selector: Record<string, string>; spokeNamespace: string };
  status?: Record<string, number>;
}

/** Module on a spoke. */
export interface Module extends KubeObject {
  spec: ModuleSpec;
  status?: { moduleLoader?: Record<string, number>; devicePlugin?: object; dra?: object };
}

/** What is loaded, or is to be: `spec.modules[].config` of a NodeModulesConfig. */
export interface ModuleConfig {
  kernelVersion: string;
  containerImage: string;
  imagePullPolicy: string;
  insecurePull: boolean;
  inTreeModulesToRemove?: string[];
  modprobe: Modprobe;
}

export interface ModuleEntry {
  name: string;
  namespace: string;
  serviceAccountName: string;
  config: ModuleConfig;
  imageRepoSecret?: { name: string };
  tolerations?: Toleration[];
  version?: string;
}

export interface LoadedEntry extends ModuleEntry {
  bootId: string;
}

/** NodeModulesConfig. */
export interface Nmc extends KubeObject {
  spec: { modules?: ModuleEntry[] };
  status?: { modules?: LoadedEntry[] };
}

export interface Taint {
  key: string;
  value?: string;
  effect: string;
}

export interface Node extends KubeObject {
  spec: { taints?: Taint[] };
  status?: { nodeInfo?: { kernelVersion: string; bootID: string; osImage: string } };
}

export interface ContainerStatus {
  name: string;
  restartCount: number;
  state?: { waiting?: { reason: string; message?: string } };
}

export interface Pod extends KubeObject {
  spec: { containers: { image: string; name: string }[]; initContainers?: { image: string }[]; nodeName?: string };
  status?: { phase?: string; containerStatuses?: ContainerStatus[]; initContainerStatuses?: ContainerStatus[] };
}

/** OpenShift Build. */
export interface Build extends KubeObject {
  status?: { phase?: string; message?: string };
}

/** A controller's reference to the object it works for. */
export const controlledBy = (owner: KubeObject): OwnerReference => ({
  apiVersion: owner.apiVersion,
  blockOwnerDeletion: true,
  controller: true,
  kind: owner.kind,
  name: owner.metadata.name!,
  uid: owner.metadata.uid!,
});

/** The name of the controller of that kind, if any. */
export const ownerName = (object: KubeObject, kind: string): string | undefined =>
  object.metadata.ownerReferences?.find((one) => one.controller && one.kind === kind)?.name;

/** `namespace/name`, the key of work queues. */
export const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;
