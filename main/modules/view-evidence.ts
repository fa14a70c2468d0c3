import type { KubeObject } from '../../shared/kube.ts';
import type { NodeEvidenceRow } from '../store/node-evidence.ts';
import type { NodeEvidence } from './feedback.ts';

/** How long what a view showed counts as of now, ms by the hub's clock. */
export const freshMs = 15 * 60_000;

interface ModuleItem {
  name?: string;
  bootId?: string;
  config?: { kernelVersion?: string; containerImage?: string };
}
type Modules = Record<string, { kernel: string; image: string; boot: string; wanted: string }>;
type Facts = { kernel: string; boot: string } | { modules: Modules };

const items = (value: unknown): ModuleItem[] => {
  const list = (value as { modules?: unknown } | undefined)?.modules;
  return Array.isArray(list) ? (list as ModuleItem[]) : [];
};

/** The few facts of a Node or NodeModulesConfig that a proof needs; undefined for what is neither. */
export function factsOf(object: KubeObject): Facts | undefined {
  if (object.kind === 'Node') {
    const info = (object.status as { nodeInfo?: { kernelVersion?: string; bootID?: string } } | undefined)?.nodeInfo;
    return { kernel: info?.kernelVersion ?? '', boot: info?.bootID ?? '' };
  }
  if (object.kind !== 'NodeModulesConfig') return undefined;
  const modules: Modules = {};
  const of = (name: string) => {
    modules[name] ??= { kernel: '', image: '', boot: '', wanted: '' };
    return modules[name];
  };
  for (const { name, bootId, config } of items(object.status)) {
    if (!name) continue;
    Object.assign(of(name), {
      kernel: config?.kernelVersion ?? '',
      image: config?.containerImage ?? '',
      boot: bootId ?? '',
    });
  }
  for (const { name, config } of items(object.spec)) if (name) of(name).wanted = config?.containerImage ?? '';
  return { modules };
}

export interface ViewEvidence {
  nodes: NodeEvidence[];
  /** When the oldest part was read; undefined where there is none. */
  readAt: string | undefined;
  /** Why a node could not be read, '' where it could or was not asked. */
  refusal: string;
}

/**
 * The evidence of one module on the nodes of a spoke, from views that were read since `since` (the spoke is back since then) and are
 * not older than `freshMs` at `now`. What is older says nothing of now and is left out.
 */
export function viewEvidence(
  rows: readonly NodeEvidenceRow[],
  module: string,
  { since, now }: { since: string; now: number },
): ViewEvidence {
  const oldest = Math.max(now - freshMs, Date.parse(since) || 0);
  const fresh = rows.filter(({ read_at }) => Date.parse(read_at) >= oldest);
  const nodes: NodeEvidence[] = [];
  for (const row of fresh) {
    if (row.kind !== 'Node' || row.refusal !== '') continue;
    const { kernel, boot } = JSON.parse(row.facts_json) as { kernel: string; boot: string };
    const config = fresh.find((one) => one.kind === 'NodeModulesConfig' && one.node === row.node);
    // Both are needed: a boot id alone would look like a node without the module.
    if (!config) continue;
    const { modules = {} } = JSON.parse(config.facts_json) as { modules?: Modules };
    const loaded = modules[module];
    nodes.push({
      node: row.node,
      kernel,
      boot,
      loadedKernel: loaded?.kernel ?? '',
      loadedImage: loaded?.image ?? '',
      loadedBoot: loaded?.boot ?? '',
      wantedImage: loaded?.wanted ?? '',
    });
  }
  return {
    nodes,
    readAt: fresh.map(({ read_at }) => read_at).sort()[0],
    refusal: fresh.find(({ kind, refusal }) => kind === 'Node' && refusal !== '')?.refusal ?? '',
  };
}
