import { createInterface } from 'node:readline';
import { createCore } from '../lab/apiserver/core.ts';
import { writeKubeconfig } from '../lab/apiserver/http/kubeconfig.ts';
import { createLogins } from '../lab/apiserver/http/logins.ts';
import { serveApi } from '../lab/apiserver/http/serve.ts';
import { kinds } from '../lab/kinds.ts';
import { acmKinds } from '../lab/schemas/acm.ts';
import { ocmHubKinds } from '../lab/schemas/ocm.ts';
import { systemClock } from '../shared/clock.ts';
import type { KubeObject } from '../shared/kube.ts';
import { spokeObject } from './fleet.ts';

/**
 * A hub that only changes: `watch-program.ts KUBECONFIG SPOKES RATE`. Prints {ready}; a line on standard input starts RATE changes
 * a second (half works, half clusters, one in twenty with the time of the change as a label) and it prints {sent} each second.
 */
const [file = '', spokesText = '1755', rateText = '2000'] = process.argv.slice(2);
const spokes = Number(spokesText);
const rate = Number(rateText);
const core = createCore({ clock: systemClock() });
core.serve(ocmHubKinds);
core.serve(acmKinds);
const front = await serveApi(core);
await writeKubeconfig(file, front, (await createLogins(core, front)).admin);
const api = core.as('bench');
const clusters: KubeObject[] = [];
const works: KubeObject[] = [];
for (let n = 0; n < spokes; n += 1) {
  const object = spokeObject(n);
  const name = object.metadata.name ?? '';
  await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const made = await api.create(object);
  clusters.push(await api.update({ ...made, status: object.status }, 'status'));
  works.push(await api.create(work(name)));
}
const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
print({ ready: true });

const input = createInterface({ input: process.stdin });
input.once('line', () => {
  let sent = 0;
  const begun = performance.now();
  // As much as is due by now, in slices of a few ms: the pace holds although timers are late.
  setInterval(() => {
    const due = Math.floor(((performance.now() - begun) / 1000) * rate);
    void (async () => {
      for (; sent < due; sent += 1) await change(sent);
    })();
  }, 5);
  setInterval(() => print({ sent }), 1000);
});
input.once('close', () => void front.close().then(() => process.exit(0)));

async function change(n: number): Promise<void> {
  const at = Math.floor(n / 2) % spokes;
  if (n % 2 === 1) {
    const now = await api.get(kinds.ManifestWork, 'bench', works[at]?.metadata.namespace ?? '');
    if (now) await api.update({ ...now, status: workStatus(n) }, 'status');
    return;
  }
  const name = clusters[at]?.metadata.name ?? '';
  const now = await api.get(kinds.ManagedCluster, name);
  if (!now) return;
  if (n % 20 === 0) {
    const labels = { ...now.metadata.labels, 'bench.kmm-bastion.io/at': String(Date.now()) };
    await api.update({ ...now, metadata: { ...now.metadata, labels } });
    return;
  }
  const capacity = { cpu: String(8 + (n % 7)) };
  await api.update({ ...now, status: { ...(now.status as object), capacity } }, 'status');
}

function work(namespace: string): KubeObject {
  const module = {
    apiVersion: 'kmm.sigs.x-k8s.io/v1beta1',
    kind: 'Module',
    metadata: { name: 'bench', namespace: 'openshift-kmm' },
  };
  return {
    apiVersion: 'work.open-cluster-management.io/v1',
    kind: 'ManifestWork',
    metadata: { name: 'bench', namespace, labels: { 'kmm.node.kubernetes.io/managedclustermodule.name': 'bench' } },
    spec: { workload: { manifests: [module] } },
  };
}
function workStatus(n: number) {
  const condition = {
    type: 'Applied',
    status: 'True',
    reason: 'AppliedManifestWorkComplete',
    message: '',
    observedGeneration: 1,
  };
  const applied = { ...condition, lastTransitionTime: '2026-01-01T00:00:00Z' };
  const value = { name: 'moduleLoader.availableNumber', fieldValue: { type: 'Integer', integer: n } };
  return {
    conditions: [applied],
    resourceStatus: {
      manifests: [
        {
          resourceMeta: { ordinal: 0, kind: 'Module', name: 'bench' },
          conditions: [applied],
          statusFeedback: { values: [value] },
        },
      ],
    },
  };
}
