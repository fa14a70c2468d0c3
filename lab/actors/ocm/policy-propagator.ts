import type { KubeObject } from '../../../shared/kube.ts';
import { kinds } from '../../kinds.ts';
import type { HubView } from './hub-view.ts';
import { ensure, mutate, mutateStatus, removeIfThere } from './mutate.ts';
import { ocmNames } from './names.ts';
import { type Compliance, policyLabels, policySpec, rootName } from './policy-types.ts';
import { createPacer, createQueue, passing } from './queue.ts';

interface Binding extends KubeObject {
  placementRef?: { kind: string; name: string };
  subjects?: { kind: string; name: string }[];
  bindingOverrides?: { remediationAction?: string };
}

/** The propagator copies about eight policies a second (client limits): with the installation itself 1,748 spokes take six minutes. */
const copyEveryMs = 130;
/** Root status is written at most this often while copies report. */
const rootEveryMs = 5_000;

const texts = new WeakMap<object, string>();
/** JSON of an object that never changes, worked out once: the spec of a root is compared with 1,748 copies. */
function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  let text = texts.get(value);
  if (text === undefined) {
    text = JSON.stringify(value);
    texts.set(value, text);
  }
  return text;
}
const sameJson = (a: unknown, b: unknown) => textOf(a) === textOf(b);

/** The worst of what clusters say; undefined while one has not reported. */
export function overall(states: readonly (Compliance | undefined)[]): Compliance | undefined {
  if (states.includes('NonCompliant')) return 'NonCompliant';
  if (states.length === 0 || states.includes(undefined)) return undefined;
  return states.includes('Pending') ? 'Pending' : 'Compliant';
}

/**
 * ACM's policy propagator: copies of a root policy into the namespaces of the clusters that its bindings' placements
 * chose, and the root's status from its copies'.
 */
export function startPolicyPropagator(hub: HubView): () => void {
  const { clock } = hub;
  const api = hub.api.as('governance-policy-propagator');
  const policies = hub.watch(kinds.Policy);
  const bindings = hub.watch(kinds.PlacementBinding);
  const decisions = hub.watch(kinds.PlacementDecision);
  const pace = createPacer(clock, copyEveryMs);
  const pending = new Set<string>();
  const copies = new Map<string, Set<string>>();

  const isRoot = (policy: KubeObject) => !policy.metadata.labels?.[policyLabels.root];
  const bound = (policy: KubeObject): Binding[] =>
    [...bindings.inNamespace(policy.metadata.namespace!)].filter((one) =>
      (one as Binding).subjects?.some(({ kind, name }) => kind === 'Policy' && name === policy.metadata.name),
    ) as Binding[];

  /** Cluster → remediation override of the binding that chose it. */
  function targets(policy: KubeObject): Map<string, string | undefined> {
    const chosen = new Map<string, string | undefined>();
    if (policySpec(policy).disabled) return chosen;
    for (const binding of bound(policy)) {
      for (const decision of decisions.inNamespace(policy.metadata.namespace!)) {
        if (decision.metadata.labels?.[ocmNames.placementLabel] !== binding.placementRef?.name) continue;
        const status = decision.status as { decisions?: { clusterName: string }[] } | undefined;
        for (const { clusterName } of status?.decisions ?? []) {
          chosen.set(clusterName, binding.bindingOverrides?.remediationAction ?? chosen.get(clusterName));
        }
      }
    }
    return chosen;
  }

  /** The copy for one cluster as it should be now; undefined when there should be none. */
  function wanted(root: string, cluster: string): KubeObject | undefined {
    const dot = root.indexOf('.');
    const policy = policies.get(root.slice(dot + 1), root.slice(0, dot));
    if (!policy || policy.metadata.deletionTimestamp) return undefined;
    const chosen = targets(policy);
    if (!chosen.has(cluster)) return undefined;
    const action = chosen.get(cluster);
    return {
      apiVersion: policy.apiVersion,
      kind: 'Policy',
      metadata: {
        name: root,
        namespace: cluster,
        labels: {
          ...policy.metadata.labels,
          [policyLabels.root]: root,
          [policyLabels.clusterName]: cluster,
          [policyLabels.clusterNamespace]: cluster,
        },
        ...(policy.metadata.annotations && { annotations: policy.metadata.annotations }),
      },
      spec: { ...policySpec(policy), ...(action && { remediationAction: action }) },
    };
  }
  async function copy(root: string, cluster: string): Promise<void> {
    const object = wanted(root, cluster);
    if (!object) {
      await removeIfThere(api, kinds.Policy, root, cluster);
      return;
    }
    if ((await ensure(api, object)) === 'created') return;
    await mutate(api, kinds.Policy, root, cluster, (now) =>
      sameJson(now.spec, object.spec) ? now : { ...now, spec: object.spec },
    );
  }
  function copySoon(root: string, cluster: string): void {
    const key = `${root}/${cluster}`;
    if (pending.has(key)) return;
    pending.add(key);
    pace(() => {
      pending.delete(key);
      void copy(root, cluster).catch((error: unknown) => {
        if (!passing(error)) throw error;
      });
    });
  }

  const queue = createQueue(clock, async (root) => {
    const dot = root.indexOf('.');
    const policy = policies.get(root.slice(dot + 1), root.slice(0, dot));
    const chosen = policy && !policy.metadata.deletionTimestamp ? targets(policy) : new Map<string, string>();
    const have = copies.get(root) ?? new Set();
    for (const cluster of [...chosen.keys()].sort()) {
      const existing = policies.get(root, cluster);
      const action = chosen.get(cluster);
      const spec = policy && (action ? { ...policySpec(policy), remediationAction: action } : policySpec(policy));
      if (!existing || !sameJson(existing.spec, spec)) copySoon(root, cluster);
    }
    for (const cluster of have) if (!chosen.has(cluster)) copySoon(root, cluster);
    if (policy && !policy.metadata.deletionTimestamp) await report(policy, [...chosen.keys()].sort());
  });

  async function report(policy: KubeObject, clusters: readonly string[]): Promise<void> {
    const root = rootName(policy);
    const states = clusters.map((name) => {
      const compliant = (policies.get(root, name)?.status as { compliant?: Compliance } | undefined)?.compliant;
      return { clustername: name, clusternamespace: name, ...(compliant && { compliant }) };
    });
    const placement = bound(policy).map(({ metadata, placementRef }) => ({
      placement: placementRef?.name,
      placementBinding: metadata.name,
    }));
    const compliant = overall(states.map((one) => one.compliant));
    const next = {
      ...(placement.length > 0 && { placement }),
      ...(states.length > 0 && { status: states }),
      ...(compliant && { compliant }),
    };
    await mutateStatus(api, kinds.Policy, policy.metadata.name!, policy.metadata.namespace!, (status) =>
      sameJson(status, next) ? undefined : next,
    );
  }

  const later = new Map<string, () => void>();
  const soon = (root: string, ms: number) => {
    if (later.has(root)) return;
    later.set(
      root,
      clock.after(ms, () => {
        later.delete(root);
        queue.add(root);
      }),
    );
  };
  const rootsIn = (namespace: string) => [...policies.inNamespace(namespace)].filter(isRoot);
  const stops = [
    policies.listen(({ object, old }) => {
      const policy = (object ?? old)!;
      const root = policy.metadata.labels?.[policyLabels.root];
      if (root) {
        const cluster = policy.metadata.namespace!;
        const known = copies.get(root) ?? new Set();
        if (object) known.add(cluster);
        else known.delete(cluster);
        copies.set(root, known);
        const compliant = (one: KubeObject | undefined) =>
          (one?.status as { compliant?: string } | undefined)?.compliant;
        if (!object || compliant(object) !== compliant(old)) soon(root, rootEveryMs);
      } else if (!object || !old || object.metadata.generation !== old.metadata.generation) {
        queue.add(rootName(policy));
      }
    }),
    bindings.listen(({ object, old }) => {
      for (const root of rootsIn((object ?? old)!.metadata.namespace!)) soon(rootName(root), 200);
    }),
    decisions.listen(({ object, old }) => {
      for (const root of rootsIn((object ?? old)!.metadata.namespace!)) soon(rootName(root), 200);
    }),
    queue.stop,
  ];
  return () => {
    for (const stop of stops) stop();
    for (const cancel of later.values()) cancel();
  };
}
