import { parseAllDocuments } from 'yaml';
import { fault } from '../../../shared/fault.ts';
import type { ModuleSpec } from '../../../shared/rules/module-spec.ts';

/** A Module or ManagedClusterModule of a set. */
export interface ModuleManifest {
  kind: 'Module' | 'ManagedClusterModule';
  name: string;
  /** Where the Module lies on a spoke: MOD_NAMESPACE of its templates. */
  namespace: string;
  spec: ModuleSpec;
}

/** Whether a set's `manifest` is the YAML itself and no file name. */
export const isManifestText = (manifest: string): boolean => /\n|^\s*(apiVersion|kind)\s*:/.test(manifest);

type Json = Record<string, unknown>;
const part = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * The first Module or ManagedClusterModule of a YAML text, which may hold other objects (ConfigMaps, Secrets) beside it.
 * Faults: set.module when it holds none or is no YAML.
 */
export function readModule(yaml: string): ModuleManifest {
  const bad = (why: string) =>
    fault(
      'set.module',
      `The module's manifest can't be used: ${why}.`,
      'Give the YAML of a Module or ManagedClusterModule.',
      {
        field: 'manifest',
      },
    );
  const parsed = parseAllDocuments(yaml, { logLevel: 'error' });
  const documents = 'empty' in parsed ? [] : parsed;
  const broken = documents.flatMap((document) => document.errors)[0];
  if (broken) throw bad(broken.message.split('\n')[0] ?? 'it is no YAML');
  for (const document of documents) {
    const { kind, metadata, spec } = part(document.toJS({ maxAliasCount: 50 }));
    if (kind !== 'Module' && kind !== 'ManagedClusterModule') continue;
    const isHub = kind === 'ManagedClusterModule';
    const moduleSpec = part(isHub ? part(spec)['moduleSpec'] : spec);
    if (Object.keys(moduleSpec).length === 0) throw bad(`the ${kind} has no ${isHub ? 'spec.moduleSpec' : 'spec'}`);
    return {
      kind,
      name: text(part(metadata)['name']),
      namespace: isHub ? text(part(spec)['spokeNamespace']) : text(part(metadata)['namespace']),
      spec: moduleSpec as ModuleSpec,
    };
  }
  throw bad('it holds neither a Module nor a ManagedClusterModule');
}
