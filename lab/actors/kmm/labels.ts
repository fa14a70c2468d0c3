/** Names that KMM puts on objects (kmm.md 2 and 3). */
export const kmm = {
  moduleFinalizer: 'kmm.node.kubernetes.io/module-finalizer',
  nmcPodFinalizer: 'kmm.node.kubernetes.io/nodemodulesconfig-reconciler',
  gcDelayFinalizer: 'kmm.node.kubernetes.io/gc-delay',
  jobEventFinalizer: 'kmm.node.kubernetes.io/job-event-finalizer',
  containsModules: 'kmm.node.k8s.io/contains-modules',
  imageOwner: 'kmm.node.kubernetes.io/image-owner',
  pullPodType: 'kmm.node.kubernetes.io/pull-pod-type',
  moduleName: 'kmm.node.kubernetes.io/module.name',
  targetKernel: 'kmm.node.kubernetes.io/target-kernel',
  buildType: 'kmm.openshift.io/build.type',
  lastHash: 'kmm.node.kubernetes.io/last-hash',
  createdEventSent: 'kmm.node.kubernetes.io/created-event-sent',
  workerAction: 'kmm.node.kubernetes.io/worker-action',
  workerConfig: 'kmm.node.kubernetes.io/worker-config',
  workerHash: 'kmm.node.kubernetes.io/worker-hash',
  workerTolerations: 'kmm.node.kubernetes.io/worker-tolerations',
  workerVersion: 'kmm.node.kubernetes.io/worker-module-version',
} as const;

/** On the NodeModulesConfig while the module is wanted there. */
export const configuredLabel = (namespace: string, module: string): string =>
  `beta.kmm.node.kubernetes.io/${namespace}.${module}.module-configured`;

/** On the NodeModulesConfig while the module is wanted or loaded there. */
export const inUseLabel = (namespace: string, module: string): string =>
  `beta.kmm.node.kubernetes.io/${namespace}.${module}.module-in-use`;

/** Namespace and name of the module a `module-configured` or `module-in-use` label speaks of. */
export function moduleOfLabel(label: string): { namespace: string; name: string } | undefined {
  const [, namespace, name] =
    /^beta\.kmm\.node\.kubernetes\.io\/([a-z0-9-]+)\.([a-z0-9.-]+)\.module-(?:configured|in-use)$/.exec(label) ?? [];
  return namespace && name ? { namespace, name } : undefined;
}

/** On the Node once the module is in its kernel (which KMM believes also after an unseen reboot). */
export const readyLabel = (namespace: string, module: string): string =>
  `kmm.node.kubernetes.io/${namespace}.${module}.ready`;

/** On the Node beside the one before, with the version of an ordered upgrade as its value. */
export const versionReadyLabel = (namespace: string, module: string): string =>
  `kmm.node.kubernetes.io/${namespace}.${module}.version.ready`;

/** Set by the operator on the Node: which version's worker pod may run there. */
export const workerVersionLabel = (namespace: string, module: string): string =>
  `beta.kmm.node.kubernetes.io/version-worker-pod.${namespace}.${module}`;

/** The kernel as part of object names: lower case, `.` and `_` become `-`. */
export const dnsKernel = (kernel: string): string => kernel.toLowerCase().replace(/[._]/g, '-');
