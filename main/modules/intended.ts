import { parse } from 'yaml';
import { fault } from '../../shared/fault.ts';
import type { KubeObject } from '../../shared/kube.ts';

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
