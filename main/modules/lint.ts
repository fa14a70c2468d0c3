import type { Finding } from '../../shared/contract/modules.ts';
import type { ModuleSpec } from '../../shared/rules/module-spec.ts';
import { type HubTraits, lintModule } from './lint-hub.ts';
import { checkSchema, type Schema } from './lint-schema.ts';
import { readText, type Say } from './lint-text.ts';

/** A text that is a ManagedClusterModule by its shape, whatever else is wrong with it. */
export interface Draft {
  name: string;
  spokeNamespace: string;
  selector: Record<string, string>;
  module: ModuleSpec;
}

/** Findings of a text; `draft` only when its fields have the right types, so that more may be asked of it. */
export interface Linted {
  findings: Finding[];
  draft?: Draft;
  say: Say;
}

const mcm = 'hub.kmm.sigs.x-k8s.io/v1beta1';
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Checks a text against YAML, the served schema, KMM's webhook rules and the hub's defects that need no fleet to see. */
export function lintText(text: string, schema: Schema, traits: (name: string) => HubTraits): Linted {
  const { value, findings, say } = readText(text);
  if (findings.some(({ rule }) => rule === 'yaml.syntax')) return { findings, say };
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    say('error', 'yaml.object', [], 'This is no Kubernetes object.', 'Start from the template.');
    return { findings, say };
  }
  const object = value as { apiVersion?: unknown; kind?: unknown; metadata?: Record<string, unknown>; spec?: unknown };
  if (object.kind !== 'ManagedClusterModule') {
    const is = typeof object.kind === 'string' ? object.kind : 'nothing';
    say(
      'error',
      'object.kind',
      ['kind'],
      `The kind must be ManagedClusterModule, not ${is}.`,
      'Set kind: ManagedClusterModule.',
    );
    return { findings, say };
  }
  if (object.apiVersion !== mcm) {
    say('error', 'object.apiVersion', ['apiVersion'], `The apiVersion must be ${mcm}.`, `Set apiVersion: ${mcm}.`);
  }
  const name = object.metadata?.name;
  if (typeof name !== 'string' || name.length > 253 || !subdomain.test(name)) {
    say(
      'error',
      'name.invalid',
      ['metadata', 'name'],
      'The module needs a name of lower-case letters, digits, "-" and ".".',
      'Set metadata.name.',
    );
  }
  if (object.metadata?.namespace !== undefined) {
    say(
      'warning',
      'name.namespace',
      ['metadata', 'namespace'],
      'A ManagedClusterModule has no namespace.',
      'Remove it; spokeNamespace says where the Module goes.',
    );
  }
  if (object.spec === undefined || object.spec === null) {
    say('error', 'schema.required', [], 'The field spec is missing.', 'Start from the template.');
    return { findings, say };
  }
  checkSchema(object.spec, schema, ['spec'], say);
  for (const key of Object.keys(object)) {
    if (['apiVersion', 'kind', 'metadata', 'spec', 'status'].includes(key)) continue;
    say(
      'error',
      'schema.unknown',
      [key],
      `A ManagedClusterModule has no field ${key}.`,
      'Remove it, or move it into spec.',
    );
  }
  // Rules read fields as what they must be: with wrong types there is nothing more to say.
  if (typeof name !== 'string' || findings.some(({ rule }) => rule === 'schema.type')) return { findings, say };
  const spec = object.spec as {
    moduleSpec?: ModuleSpec | null;
    spokeNamespace?: string;
    selector?: Record<string, string>;
  };
  const draft = {
    name,
    spokeNamespace: spec.spokeNamespace ?? '',
    selector: spec.selector ?? {},
    module: spec.moduleSpec ?? {},
  };
  const everything = Object.keys(draft.selector).length === 0;
  if (everything && spec.selector) {
    say(
      'warning',
      'selection.everything',
      ['spec', 'selector'],
      'An empty selector takes every managed cluster, the hub itself included where it manages itself.',
      'Name a label that your spokes have.',
    );
  }
  lintModule(name, draft.spokeNamespace, draft.module, traits(name), say);
  return { findings, draft, say };
}
