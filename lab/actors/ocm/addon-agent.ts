import type { KubeObject } from '../../../shared/kube.ts';
import { ApiError } from '../../api.ts';
import { kinds } from '../../kinds.ts';
import type { Agent, Spoke } from '../../world/spoke.ts';
import { conditionsOf, type Said, withCondition } from './conditions.ts';
import type { HubView } from './hub-view.ts';
import { isoMicros, mutateStatus } from './mutate.ts';
import { type Addon, addons, ocmNames } from './names.ts';

const renewEveryMs = 60_000;
const graceMs = 5 * renewEveryMs;
/** The registration agent looks at the add-ons' leases this often. */
const syncEveryMs = 30_000;

/** What an add-on's lease says of the add-on (OCM registration/spoke/addon/lease_controller.go). */
export function addonSaid(addon: string, renewedAt: number | undefined, now: number): Said {
  if (renewedAt === undefined) {
    return {
      type: 'Available',
      status: 'Unknown',
      reason: 'ManagedClusterAddOnLeaseNotFound',
      message: `The status of ${addon} add-on is unknown.`,
    };
  }
  return now < renewedAt + graceMs
    ? {
        type: 'Available',
        status: 'True',
        reason: 'ManagedClusterAddOnLeaseUpdated',
        message: `${addon} add-on is available.`,
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'ManagedClusterAddOnLeaseUpdateStopped',
        message: `${addon} add-on is not available.`,
      };
}

/** An add-on's lease on the spoke. */
export function addonLease(addon: string, now: number): KubeObject {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: addon, namespace: ocmNames.addonNamespace },
    spec: { holderIdentity: addon, leaseDurationSeconds: 60, renewTime: isoMicros(now) },
  };
}

const isAddon = (agent: Agent): agent is Addon => (addons as readonly string[]).includes(agent);

/**
 * The add-ons' leases on a spoke and the registration agent's reading of them. A renewal changes nothing that anyone
 * on the hub could see, so leases are brought up to date where an add-on starts or stops, and read when that matters.
 */
export function startAddonLeases(hub: HubView, spoke: Spoke): () => void {
  const { clock, random, name } = spoke;
  const hubApi = hub.api.as('registration');
  const objects = hub.watch(kinds.ManagedClusterAddOn);
  const cancels = new Set<() => void>();
  /** The agent's syncs are every 30 s from its start. */
  let phase = clock.now() + random.between(0, syncEveryMs);

  const later = (ms: number, work: () => void) => {
    const cancel = clock.after(ms, () => {
      cancels.delete(cancel);
      work();
    });
    cancels.add(cancel);
  };
  const toNextSync = () => syncEveryMs - ((clock.now() - phase + 10 * syncEveryMs) % syncEveryMs);

  async function write(addon: Addon, at: number): Promise<void> {
    const api = spoke.core.as(addon);
    const lease = await api.get(kinds.Lease, addon, ocmNames.addonNamespace);
    const next = addonLease(addon, at);
    try {
      if (lease) await api.update({ ...lease, spec: next.spec });
      else await api.create(next);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }
  async function sync(addon: string): Promise<void> {
    if (!spoke.running('registration') || !spoke.gate.open) return;
    let at: number | undefined;
    if (isAddon(addon as Agent) && spoke.running(addon as Addon)) at = clock.now();
    else {
      const lease = await spoke.core.get(kinds.Lease, addon, ocmNames.addonNamespace);
      const text = (lease?.spec as { renewTime?: string } | undefined)?.renewTime;
      at = text ? Date.parse(text) : undefined;
    }
    const said = addonSaid(addon, at, clock.now());
    await mutateStatus(hubApi, kinds.ManagedClusterAddOn, addon, name, (status, object) => {
      const old = conditionsOf(object);
      const conditions = withCondition(old, said, clock.now());
      return conditions === old ? undefined : { ...status, conditions };
    });
  }
  const syncAll = () => {
    for (const object of objects.inNamespace(name)) later(toNextSync(), () => void sync(object.metadata.name!));
  };

  const stops = [
    objects.listenAt(name, ({ object, old }) => {
      if (object && !old && conditionsOf(object).length === 0) {
        later(toNextSync(), () => void sync(object.metadata.name!));
      }
    }),
    spoke.listen((event) => {
      if (event.type === 'started' && event.agent === 'registration') {
        phase = clock.now();
        syncAll();
      }
      // What it could not read while the API was away.
      if (event.type === 'up') syncAll();
      if ((event.type !== 'started' && event.type !== 'stopped') || !isAddon(event.agent)) return;
      const { agent } = event;
      if (event.type === 'started') {
        void write(agent, clock.now());
        later(toNextSync(), () => void sync(agent));
      } else {
        // The last renewal was some part of a minute ago.
        const at = clock.now() - random.between(0, renewEveryMs);
        void write(agent, at);
        later(at + graceMs - clock.now() + toNextSync(), () => void sync(agent));
      }
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    for (const cancel of cancels) cancel();
  };
}
