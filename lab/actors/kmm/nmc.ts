import type { ObjectMeta } from '../../../shared/kube.ts';
import type { MappedKernel } from '../../../shared/rules/kernel-mapping.ts';
import { configuredLabel, inUseLabel } from './labels.ts';
import { ownTolerations } from './nodes.ts';
import type { LoadedEntry, Module, ModuleEntry, Nmc, Node } from './objects.ts';

/** What a node is to load of a module: an entry of `NodeModulesConfig.spec.modules`. */
export function moduleEntry(module: Module, mapped: MappedKernel, operatorNamespace: string | undefined): ModuleEntry {
  const { moduleLoader, tolerations = [], imageRepoSecret } = module.spec;
  const { container, serviceAccountName } = moduleLoader!;
  const { registryTLS, inTreeModulesToRemove } = mapped;
  const namespace = module.metadata.namespace!;
  // The Red Hat edition has an account of its own in its own namespace.
  const account = namespace === operatorNamespace ? 'kmm-operator-module-loader' : 'default';
  return {
    config: {
      containerImage: mapped.image,
      imagePullPolicy: container.imagePullPolicy ?? '',
      ...(inTreeModulesToRemove && { inTreeModulesToRemove }),
      insecurePull: registryTLS.insecure === true || registryTLS.insecureSkipTLSVerify === true,
      kernelVersion: mapped.kernel,
      modprobe: { dirName: '/opt', ...container.modprobe },
    },
    ...(imageRepoSecret && { imageRepoSecret }),
    name: module.metadata.name!,
    namespace,
    serviceAccountName: serviceAccountName || account,
    tolerations: [...tolerations, ...ownTolerations],
    ...(container.version && { version: container.version }),
  };
}

interface Id {
  name: string;
  namespace: string;
}
const is =
  ({ name, namespace }: Id) =>
  (one: Id) =>
    one.name === name && one.namespace === namespace;

export const specEntry = (nmc: Nmc, id: Id): ModuleEntry | undefined => nmc.spec.modules?.find(is(id));
export const statusEntry = (nmc: Nmc, id: Id): LoadedEntry | undefined => nmc.status?.modules?.find(is(id));

function put<T extends Id>(list: readonly T[] | undefined, entry: T): T[] {
  const at = list?.findIndex(is(entry)) ?? -1;
  return at < 0 ? [...(list ?? []), entry] : list!.with(at, entry);
}

/** A new NodeModulesConfig of `node`, empty. */
export const newNmc = (node: Node): Nmc => ({
  apiVersion: 'kmm.sigs.x-k8s.io/v1beta1',
  kind: 'NodeModulesConfig',
  metadata: {
    name: node.metadata.name!,
    ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: node.metadata.name!, uid: node.metadata.uid! }],
  },
  spec: {},
});

/** With the module wanted, and labelled so. */
export function withModule(nmc: Nmc, entry: ModuleEntry): Nmc {
  const { namespace, name } = entry;
  const labels = { ...nmc.metadata.labels, [configuredLabel(namespace, name)]: '', [inUseLabel(namespace, name)]: '' };
  return {
    ...nmc,
    metadata: { ...nmc.metadata, labels },
    spec: { ...nmc.spec, modules: put(nmc.spec.modules, entry) },
  };
}

/** Without it; the in-use label stays until it is unloaded. */
export function withoutModule(nmc: Nmc, id: Id): Nmc {
  const { modules = [], ...spec } = nmc.spec;
  const left = modules.filter((one) => !is(id)(one));
  return {
    ...nmc,
    metadata: withoutLabels(nmc.metadata, [configuredLabel(id.namespace, id.name)]),
    spec: left.length > 0 ? { ...spec, modules: left } : spec,
  };
}

/** `meta` without these labels, and without `labels` when none is left. */
export function withoutLabels(meta: ObjectMeta, drop: readonly string[]): ObjectMeta {
  const { labels = {}, ...rest } = meta;
  const left = Object.entries(labels).filter(([label]) => !drop.includes(label));
  return left.length > 0 ? { ...rest, labels: Object.fromEntries(left) } : rest;
}

/** With the module loaded. */
export const withLoaded = (nmc: Nmc, entry: LoadedEntry): Nmc => ({
  ...nmc,
  status: { ...nmc.status, modules: put(nmc.status?.modules, entry) },
});

/** With the module not loaded; an empty status stays as `{}`. */
export function withoutLoaded(nmc: Nmc, id: Id): Nmc {
  const { modules = [], ...status } = nmc.status ?? {};
  const left = modules.filter((one) => !is(id)(one));
  return { ...nmc, status: left.length > 0 ? { ...status, modules: left } : status };
}
