import type { KubeObject } from '../../../shared/kube.ts';
import { ApiError } from '../../api.ts';
import { kinds } from '../../kinds.ts';
import { nodeResources } from '../../world/node.ts';
import type { Spoke } from '../../world/spoke.ts';
import { startAddonLeases } from './addon-agent.ts';
import { reportedClaims } from './claims.ts';
import { apiDown, clusterSaid } from './cluster-said.ts';
import { conditionOf, conditionsOf, type Said, withCondition } from './conditions.ts';
import { agentRequest, requestStatus } from './csr-object.ts';
import { clusterEvent } from './events.ts';
import type { HubView } from './hub-view.ts';
import { createInformer } from './informer.ts';
import { ensure, isoMicros, mutateStatus, tell } from './mutate.ts';
import { ocmNames } from './names.ts';
import { createQueue } from './queue.ts';

/** `status.version.kubernetes`: the API server's version of OpenShift 4.12.3. */
export const kubernetesVersion = 'v1.25.4+a34b9e9';
const checkEveryMs = 60_000;
const livezGraceMs = 20_000;

const sameJson = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** What an agent reports of its cluster besides conditions. */
function clusterFacts(claims: Iterable<KubeObject>): Record<string, unknown> {
  const clusterClaims = reportedClaims(claims);
  return {
    ...nodeResources,
    ...(clusterClaims.length > 0 && { clusterClaims }),
    version: { kubernetes: kubernetesVersion },
  };
}

/**
 * OCM's registration agent of one spoke: joins, renews the lease with jitter factor 0.25, looks at livez once a minute,
 * reports claims and add-on health. It acts on the hub only while it runs and is accepted. `joined`: the cluster stands
 * on the hub already. `certificates`: one that joins asks for its client certificate and does nothing before it has it.
 */
export function startRegistrationAgent(
  hub: HubView,
  spoke: Spoke,
  { joined = false, certificates = false } = {},
): () => void {
  const api = hub.api.as('registration');
  const { clock, random, name } = spoke;
  const clusters = hub.watch(kinds.ManagedCluster);
  const claims = createInformer(spoke.core.as('registration'), kinds.ClusterClaim);
  const requests = certificates && !joined ? hub.watch(kinds.CertificateSigningRequest) : undefined;
  let asked: string | undefined;
  let certified = joined || !certificates;
  /** It has been here before, and it is past its start. */
  let known = joined;
  let reporting = joined;
  let apiOk = spoke.gate.open;
  let lease: KubeObject | undefined;
  let cancelLease: (() => void) | undefined;
  let cancelCheck: (() => void) | undefined;
  /** Checks of livez happen at these moments, a minute apart. */
  let phase = clock.now() + random.between(0, checkEveryMs);

  const mayAct = () => {
    const spec = clusters.get(name)?.spec as { hubAcceptsClient?: boolean } | undefined;
    return certified && spoke.running('registration') && spec?.hubAcceptsClient === true;
  };

  const queue = createQueue(clock, async () => {
    if (!reporting || !mayAct()) return;
    let came = false;
    const object = await mutateStatus(api, kinds.ManagedCluster, name, '', (status, cluster) => {
      came = false;
      const now = clock.now();
      const said: Said[] = [clusterSaid.joined, apiOk ? clusterSaid.available : apiDown(spoke.server)];
      let conditions = conditionsOf(cluster);
      for (const one of said) conditions = withCondition(conditions, one, now);
      const facts = apiOk ? clusterFacts(claims.all()) : {};
      const factsSame = Object.entries(facts).every(([key, value]) => sameJson(value, status[key]));
      const claimsGone = apiOk && status.clusterClaims !== undefined && facts.clusterClaims === undefined;
      if (conditions === conditionsOf(cluster) && factsSame && !claimsGone) return undefined;
      came = conditionOf(cluster, ocmNames.available)?.status !== 'True' && apiOk;
      const { clusterClaims: _, ...rest } = status;
      return { ...(claimsGone ? rest : status), ...facts, conditions };
    });
    if (came && object) await tell(api, clusterEvent(object, clock.now(), 'Available'));
  });
  const report = () => queue.add(name);

  async function renew(): Promise<void> {
    const renewTime = isoMicros(clock.now() + spoke.clockOffset);
    try {
      lease ??= await api.get(kinds.Lease, ocmNames.lease, name);
      if (lease) lease = await api.update({ ...lease, spec: { ...(lease.spec as object), renewTime } });
    } catch (error) {
      // Someone else wrote it, or it is gone: read it again next time.
      if (!(error instanceof ApiError)) throw error;
      lease = undefined;
    }
  }
  function leaseMs(): number {
    const spec = clusters.get(name)?.spec as { leaseDurationSeconds?: number } | undefined;
    return Math.max(1, spec?.leaseDurationSeconds ?? 60) * 1000;
  }
  function beat(firstIn: number): void {
    cancelLease?.();
    cancelLease = clock.after(firstIn, () => {
      cancelLease = undefined;
      if (mayAct()) void renew();
      if (spoke.running('registration')) beat(leaseMs() * (1 + 0.25 * random.next()));
    });
  }
  /** The next look at livez after a change of the API's state; a failing one is certain only 20 s later. */
  function checkSoon(): void {
    cancelCheck?.();
    const now = clock.now();
    while (phase <= now) phase += checkEveryMs * Math.max(1, Math.floor((now - phase) / checkEveryMs));
    const down = !spoke.gate.open;
    cancelCheck = clock.after(phase - now + (down ? livezGraceMs : 0), () => {
      cancelCheck = undefined;
      if (apiOk === spoke.gate.open) return;
      apiOk = spoke.gate.open;
      report();
    });
  }
  async function begin(): Promise<void> {
    apiOk = spoke.gate.open;
    if (!clusters.get(name) && !joined) {
      await ensure(api, {
        apiVersion: 'cluster.open-cluster-management.io/v1',
        kind: 'ManagedCluster',
        metadata: { name },
        spec: { hubAcceptsClient: false },
      });
    }
    if (requests && !asked) {
      asked = '';
      asked = (await api.create(await agentRequest(name, 'klusterlet-agent'))).metadata.name;
    }
    if (!mayAct()) return;
    // Its watches on the hub back off while forbidden: 2.3 s were measured after the acceptance, 0.3 s after a restart.
    clock.after(known ? 300 : 2_300, async () => {
      if (!mayAct()) return;
      known = true;
      // The lease first: else the hub, which sees the old one, takes the word of the report back.
      beat(leaseMs() * (1 + 0.25 * random.next()));
      await renew();
      reporting = true;
      report();
    });
  }

  const stops = [
    claims.listen(report),
    claims.stop,
    requests?.listen(({ object }) => {
      if (certified || !object || object.metadata.name !== asked || !requestStatus(object).certificate) return;
      certified = true;
      if (mayAct() && !cancelLease) void begin();
    }) ?? (() => undefined),
    clusters.listenAt(name, ({ object, old }) => {
      const before = (old?.spec as { hubAcceptsClient?: boolean } | undefined)?.hubAcceptsClient;
      if (!before && mayAct() && object && !cancelLease) void begin();
      else if (old && object && object.spec !== old.spec && cancelLease && leaseOf(object) !== leaseOf(old)) {
        // Its loop starts anew with a renewal, so that a live cluster is called Unknown once at most (real-ocm.md A10).
        if (mayAct()) void renew();
        beat(leaseMs() * (1 + 0.25 * random.next()));
      }
      // Its informer sees the hub say Unknown of a live cluster, and it says otherwise (real-ocm.md A10).
      if (apiOk && reporting && object && conditionOf(object, ocmNames.available)?.status !== 'True') report();
    }),
    spoke.listen((event) => {
      if (event.type === 'started' && event.agent === 'registration') void begin();
      if (event.type === 'stopped' && event.agent === 'registration') {
        reporting = false;
        cancelLease?.();
        cancelLease = undefined;
        cancelCheck?.();
      }
      if ((event.type === 'down' || event.type === 'up') && spoke.running('registration')) checkSoon();
    }),
    startAddonLeases(hub, spoke),
    queue.stop,
    () => cancelLease?.(),
    () => cancelCheck?.(),
  ];
  if (joined) {
    if (spoke.running('registration')) beat(random.between(0, leaseMs()));
  } else void begin();
  return () => {
    for (const stop of stops) stop();
  };
}

function leaseOf(cluster: KubeObject): number | undefined {
  return (cluster.spec as { leaseDurationSeconds?: number } | undefined)?.leaseDurationSeconds;
}
