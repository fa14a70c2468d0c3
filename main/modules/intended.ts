import { parse } from 'yaml';
import type { z } from 'zod';
import type { DeliveryWay } from '../../shared/contract/modules.ts';
import { fault } from '../../shared/fault.ts';
import type { KubeObject } from '../../shared/kube.ts';
import { deliverLabel } from './naming.ts';

/** A ManagedClusterModule as text gives it; nothing beyond this is known of its parts. */
export interface ModuleObject extends KubeObject {
  spec?: { selector?: Record<string, string>; spokeNamespace?: string; moduleSpec?: object };
}

/** Reads the text of one ManagedClusterModule. Fault: module.notYaml. */
export function parseModule(text: string): ModuleObject {
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    throw fault('module.notYaml', 'This is not YAML.', 'Correct the line the editor marks.', { field: 'yaml', cause });
  }
  const object = value as ModuleObject | null;
  if (object?.kind !== 'ManagedClusterModule' || typeof object.metadata?.name !== 'string') {
    throw fault('module.notYaml', 'This is not a ManagedClusterModule with a name.', 'Start from the template.', {
      field: 'kind',
    });
  }
  return object;
}

/**
 * What is sent to the hub: the user's text without what only servers write, and, staged, with our label in the selector,
 * so that KMM-Hub handles only the spokes that have been let in.
 */
export function intendedModule(text: string, way: z.infer<typeof DeliveryWay>): KubeObject {
  const { apiVersion, kind, metadata, spec } = parseModule(text);
  const { name, labels, annotations } = metadata;
  const { [deliverLabel(name!)]: _ours, ...selector } = spec?.selector ?? {};
  return {
    apiVersion,
    kind,
    metadata: { name: name!, ...(labels && { labels }), ...(annotations && { annotations }) },
    spec: { ...spec, selector: way === 'staged' ? { ...selector, [deliverLabel(name!)]: 'true' } : selector },
  };
}
