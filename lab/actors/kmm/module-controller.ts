import { type MappedKernel, mappingFor } from '../../../shared/rules/kernel-mapping.ts';
import { matchesLabels } from '../../../shared/rules/selector.ts';
import { same } from '../../apiserver/same.ts';
import { kinds } from '../../kinds.ts';
import type { Informer } from '../ocm/informer.ts';
import { withFinalizer, withoutFinalizer } from '../ocm/mutate.ts';
import { configuredLabel, inUseLabel, kmm, workerVersionLabel } from './labels.ts';
import { imageSpec, micSpec, newMic, stateOf } from './mic.ts';
import { moduleEntry, newNmc, specEntry, statusEntry, withModule, withoutLabels, withoutModule } from './nmc.ts';
import { ownTolerations, schedulable } from './nodes.ts';
import type { Mic, Module, Nmc, Node } from './objects.ts';
import type { Writer } from './writer.ts';

export interface ModuleView {
  modules: Informer;
  nodes: Informer;
  namespaces: Informer;
  mics: Informer;
  nmcs: Informer;
  write: Writer;
  /** Set for the Red Hat edition: its namespace has a service account of its own for workers. */
  accountNamespace: string | undefined;
}

interface Targeted {
  node: Node;
  mapped: MappedKernel | undefined;
}

/** KMM's reconcile of one Module on a spoke (kmm.md 3.2 and 3.3): images, then the nodes' wishes, then the numbers. */
export function createModuleReconcile(view: ModuleView): (key: string) => Promise<void> {
  const { modules, nodes, namespaces, mics, nmcs, write } = view;
  const labelled = (label: string) =>
    ([...nmcs.all()] as Nmc[]).filter((nmc) => nmc.metadata.labels?.[label] !== undefined);
  const id = ({ metadata }: Module) => ({ name: metadata.name!, namespace: metadata.namespace! });

  async function finish(module: Module): Promise<void> {
    const { name, namespace } = id(module);
    const home = namespaces.get(namespace);
    const others = [...modules.inNamespace(namespace)].filter((one) => one.metadata.name !== name);
    if (home && others.length === 0) {
      await write.patch(kinds.Namespace, home, {
        ...home,
        metadata: withoutLabels(home.metadata, [kmm.containsModules]),
      });
    }
    for (const nmc of labelled(configuredLabel(namespace, name))) {
      await write.patch(kinds.NodeModulesConfig, nmc, withoutModule(nmc, id(module)));
    }
    // The finalizer waits for the unload.
    if (labelled(inUseLabel(namespace, name)).length > 0) return;
    await write.patch(kinds.Module, module, {
      ...module,
      metadata: withoutFinalizer(module.metadata, kmm.moduleFinalizer),
    });
  }

  async function begin(module: Module): Promise<Module> {
    const home = namespaces.get(module.metadata.namespace!);
    if (home && home.metadata.labels?.[kmm.containsModules] === undefined) {
      const labels = { ...home.metadata.labels, [kmm.containsModules]: '' };
      await write.patch(kinds.Namespace, home, { ...home, metadata: { ...home.metadata, labels } });
    }
    if (module.metadata.finalizers?.includes(kmm.moduleFinalizer)) return module;
    const metadata = withFinalizer(module.metadata, kmm.moduleFinalizer);
    const held = await write.patch(kinds.Module, module, { ...module, metadata });
    const status = { devicePlugin: {}, dra: {}, moduleLoader: {} };
    return write.patch(kinds.Module, held, { ...held, status: { ...status, ...held.status } }, 'status');
  }

  function targets(module: Module): Targeted[] {
    const tolerations = [...(module.spec.tolerations ?? []), ...ownTolerations];
    return ([...nodes.all()] as Node[])
      .filter((node) => matchesLabels(node.metadata.labels, module.spec.selector) && schedulable(node, tolerations))
      .map((node) => ({
        node,
        mapped: mappingFor(module.spec, node.status?.nodeInfo?.kernelVersion ?? '', id(module)),
      }));
  }

  async function setMic(module: Module, targeted: readonly Targeted[]): Promise<Mic | undefined> {
    const { name, namespace } = id(module);
    const dirName = module.spec.moduleLoader!.container.modprobe?.dirName;
    const spec = micSpec(
      targeted.flatMap(({ mapped }) => (mapped ? [imageSpec(mapped, dirName)] : [])),
      module.spec,
    );
    const mic = mics.get(name, namespace) as Mic | undefined;
    if (mic) return write.patch(kinds.ModuleImagesConfig, mic, { ...mic, spec });
    await write.create(newMic(name, namespace, spec, module));
    return undefined;
  }

  /** The version label decides for an ordered upgrade: load, leave the old version alone, or unload (kmm.md 3.5). */
  function wish(module: Module, { node, mapped }: Targeted): 'load' | 'leave' | 'unload' {
    if (!mapped) return 'unload';
    const { version } = module.spec.moduleLoader!.container;
    if (!version) return 'load';
    const { name, namespace } = id(module);
    const label = node.metadata.labels?.[workerVersionLabel(namespace, name)];
    if (label === undefined) return 'unload';
    return label === version ? 'load' : 'leave';
  }

  async function setNodes(module: Module, targeted: readonly Targeted[], mic: Mic | undefined): Promise<void> {
    const { name, namespace } = id(module);
    const configured = new Set(labelled(configuredLabel(namespace, name)).map((nmc) => nmc.metadata.name!));
    for (const target of targeted) {
      const { node, mapped } = target;
      const wanted = wish(module, target);
      if (wanted !== 'unload') configured.delete(node.metadata.name!);
      if (wanted !== 'load' || !mapped || !mic || stateOf(mic, mapped.image) !== 'Exists') continue;
      const nmc = nmcs.get(node.metadata.name!) as Nmc | undefined;
      const next = withModule(nmc ?? newNmc(node), moduleEntry(module, mapped, view.accountNamespace));
      if (nmc) await write.patch(kinds.NodeModulesConfig, nmc, next);
      else await write.create(next);
    }
    for (const node of configured) {
      const nmc = nmcs.get(node) as Nmc | undefined;
      if (nmc) await write.patch(kinds.NodeModulesConfig, nmc, withoutModule(nmc, id(module)));
    }
  }

  async function count(module: Module, targeted: number): Promise<void> {
    const { name, namespace } = id(module);
    const wanted = labelled(configuredLabel(namespace, name));
    // By equal configuration alone: neither the running kernel nor the boot is looked at.
    const available = wanted.filter((nmc) => {
      const entry = specEntry(nmc, id(module));
      return entry && same(entry.config, statusEntry(nmc, id(module))?.config);
    });
    const numbers = {
      availableNumber: available.length,
      desiredNumber: wanted.length,
      nodesMatchingSelectorNumber: targeted,
    };
    const moduleLoader = Object.fromEntries(Object.entries(numbers).filter(([, number]) => number > 0));
    await write.patch(kinds.Module, module, { ...module, status: { ...module.status, moduleLoader } }, 'status');
  }

  return async (key) => {
    const [namespace = '', name = ''] = key.split('/');
    const found = modules.get(name, namespace) as Module | undefined;
    if (!found) return;
    if (found.metadata.deletionTimestamp) return finish(found);
    const module = await begin(found);
    if (!module.spec.moduleLoader) return;
    const targeted = targets(module);
    const mic = await setMic(module, targeted);
    await setNodes(module, targeted, mic);
    await count(module, targeted.length);
  };
}
