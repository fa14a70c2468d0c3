/** The parts of KMM's ModuleSpec that its mapping rules read (kmm.md 1.3); every other field passes through untouched. */

/** Switches for a registry without TLS or with a certificate that is not checked. */
export interface RegistryTLS {
  insecure?: boolean;
  insecureSkipTLSVerify?: boolean;
}

export interface NameValue {
  name: string;
  value: string;
}

/** `spec.moduleLoader.container.build` or the same of one mapping. */
export interface BuildSection {
  dockerfileConfigMap?: { name: string };
  buildArgs?: NameValue[];
  secrets?: { name: string }[];
  baseImageRegistryTLS?: RegistryTLS;
  kanikoParams?: { tag?: string };
  selector?: Record<string, string>;
}

/** `spec.moduleLoader.container.sign` or the same of one mapping. */
export interface SignSection {
  unsignedImage?: string;
  unsignedImageRegistryTLS?: RegistryTLS;
  keySecret?: { name: string };
  certSecret?: { name: string };
  filesToSign?: string[];
}

/** One entry of `kernelMappings`; KMM-Hub writes empty strings and nulls where nothing is meant. */
export interface KernelMapping {
  literal?: string | null;
  regexp?: string | null;
  containerImage?: string | null;
  build?: BuildSection | null;
  sign?: SignSection | null;
  registryTLS?: RegistryTLS | null;
  inTreeModulesToRemove?: string[] | null;
  inTreeModuleToRemove?: string | null;
}

export interface Modprobe {
  moduleName?: string;
  dirName?: string;
  parameters?: string[];
  modulesLoadingOrder?: string[];
  firmwarePath?: string;
  args?: { load?: string[]; unload?: string[] };
  rawArgs?: { load?: string[]; unload?: string[] };
}

export interface LoaderContainer extends Omit<KernelMapping, 'literal' | 'regexp'> {
  kernelMappings?: KernelMapping[] | null;
  modprobe?: Modprobe;
  imagePullPolicy?: string;
  version?: string;
}

export interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
  tolerationSeconds?: number;
}

/** `Module.spec`, and `ManagedClusterModule.spec.moduleSpec`. */
export interface ModuleSpec {
  moduleLoader?: { container: LoaderContainer; serviceAccountName?: string } | null;
  selector?: Record<string, string>;
  tolerations?: Toleration[];
  imageRepoSecret?: { name: string };
  imageRebuildTriggerGeneration?: number;
  devicePlugin?: unknown;
  dra?: unknown;
}
