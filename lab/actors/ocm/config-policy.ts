import { isoSeconds } from '../../../shared/clock.ts';
import type { KubeObject } from '../../../shared/kube.ts';
import { kinds } from '../../kinds.ts';
import type { Spoke } from '../../world/spoke.ts';
import { type Checked, checkTemplate } from './config-template.ts';
import type { HubView } from './hub-view.ts';
import { mutateStatus } from './mutate.ts';
import { type Compliance, policyLabels, policySpec, type TemplateStatus } from './policy-types.ts';
import { passing } from './queue.ts';

/** config-policy-controller looks at a policy again this often while it is not compliant. */
const evaluateEveryMs = 10_000;
const historyLength = 10;

/**
 * The two policy add-ons of a spoke: the framework brings the cluster's policies and sends back their state, the
 * controller evaluates and enforces ConfigurationPolicies on the spoke.
 */
export function startConfigPolicy(hub: HubView, spoke: Spoke): () => void {
  const { clock, random, name: cluster } = spoke;
  const hubApi = hub.api.as('governance-policy-framework-addon');
  const local = spoke.core.as('config-policy-controller');
  const policies = hub.watch(kinds.Policy);
  const waiting = new Map<string, () => void>();

  const mayAct = () =>
    spoke.gate.open && spoke.running('governance-policy-framework') && spoke.running('config-policy-controller');

  async function evaluate(name: string): Promise<void> {
    const policy = policies.get(name, cluster);
    if (!policy || !mayAct()) return;
    const spec = policySpec(policy);
    const details: { template: string; checked: Checked }[] = [];
    for (const { objectDefinition } of spec['policy-templates'] ?? []) {
      const action = (spec.remediationAction ?? objectDefinition.spec?.remediationAction ?? 'inform').toLowerCase();
      const results: Checked[] = [];
      for (const template of objectDefinition.spec?.['object-templates'] ?? []) {
        results.push(await checkTemplate(spoke, local, template, action === 'enforce'));
      }
      const bad = results.some(({ compliant }) => !compliant);
      const words = [...new Set(results.map(({ message }) => message))].join('; ');
      const checked = {
        compliant: !bad,
        message: bad ? `NonCompliant; ${words}` : `Compliant; ${words}`,
      };
      details.push({ template: objectDefinition.metadata?.name ?? '', checked });
    }
    await report(name, details);
    // What was enforced just now is seen to be right at the next evaluation.
    if (details.some(({ checked }) => !checked.compliant)) later(name, evaluateEveryMs * (1 + 0.2 * random.next()));
  }

  async function report(name: string, details: readonly { template: string; checked: Checked }[]): Promise<void> {
    const now = clock.now();
    await mutateStatus(hubApi, kinds.Policy, name, cluster, (status) => {
      const old = (status.details ?? []) as TemplateStatus[];
      let changed = old.length !== details.length;
      const next = details.map(({ template, checked }): TemplateStatus => {
        const before = old.find(({ templateMeta }) => templateMeta.name === template);
        const history = before?.history ?? [];
        if (history[0]?.message === checked.message) return before!;
        changed = true;
        const eventName = `${name}.${(BigInt(now) * 1_000_000n).toString(16)}`;
        return {
          compliant: checked.compliant ? 'Compliant' : 'NonCompliant',
          history: [{ lastTimestamp: isoSeconds(now), message: checked.message, eventName }, ...history].slice(
            0,
            historyLength,
          ),
          templateMeta: { creationTimestamp: null, name: template },
        };
      });
      if (!changed) return undefined;
      const compliant: Compliance = next.some((one) => one.compliant === 'NonCompliant') ? 'NonCompliant' : 'Compliant';
      return { ...status, compliant, details: next };
    });
  }

  function later(name: string, ms: number): void {
    if (waiting.has(name)) return;
    waiting.set(
      name,
      clock.after(ms, () => {
        waiting.delete(name);
        evaluate(name).catch((error: unknown) => {
          if (!passing(error)) throw error;
          later(name, evaluateEveryMs);
        });
      }),
    );
  }
  const mine = (policy: KubeObject) => policy.metadata.labels?.[policyLabels.clusterName] === cluster;
  const all = () => {
    if (!mayAct()) return;
    for (const policy of policies.inNamespace(cluster)) {
      if (mine(policy)) later(policy.metadata.name!, random.between(2_000, 12_000));
    }
  };
  const stops = [
    policies.listenAt(cluster, ({ object, old }) => {
      if (!object || !mine(object)) return;
      if (old && old.metadata.generation === object.metadata.generation) return;
      later(object.metadata.name!, random.between(2_000, 12_000));
    }),
    spoke.listen((event) => {
      if (event.type === 'started' || event.type === 'up') all();
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    for (const cancel of waiting.values()) cancel();
  };
}
