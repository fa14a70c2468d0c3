import { isoSeconds } from '../../shared/clock.ts';
import { type Api, ApiError, type KindRef } from '../api.ts';
import type { Core } from '../apiserver/core.ts';
import type { LabClock } from '../clock.ts';
import { kinds } from '../kinds.ts';
import { createGate, type Gate, gated } from './gate.ts';
import { type Machine, nodeOf, nodeStatus } from './node.ts';
import type { Random } from './random.ts';

/** The programs on a spoke that can die on their own. */
export type Agent =
  | 'registration'
  | 'work'
  | 'work-manager'
  | 'governance-policy-framework'
  | 'config-policy-controller';

/** What is told to those who act on a spoke: power came or went, an agent started or stopped. */
export type SpokeEvent = { type: 'up' | 'down' } | { type: 'started' | 'stopped'; agent: Agent };

/** One managed cluster of one node: its API server, its machine, and what runs there. */
export interface Spoke {
  /** Name of the ManagedCluster, of its namespace on the hub, and of the Node. */
  readonly name: string;
  /** The spoke's own API server; `serve` adds kinds. */
  readonly core: Core;
  /** Its API for controllers on the spoke: requests wait while the server is down, as retried ones do. */
  readonly api: Api;
  readonly gate: Gate;
  readonly clock: LabClock;
  readonly random: Random;
  readonly machine: Readonly<Machine>;
  readonly openshift: string;
  /** `https://…:6443`, for messages. */
  readonly server: string;
  /** ms by which the spoke's clock is ahead of the hub's. */
  clockOffset: number;
  /** Where this spoke serves a kind; undefined when it doesn't. */
  discover(apiVersion: string, kind: string): KindRef | undefined;
  /** What a client says whose GET finds the API down. */
  unreachable(kind: KindRef, name: string, namespace: string): string;
  running(agent: Agent): boolean;
  /** Stops agents as a crash would; `start` begins them again. */
  stop(...agents: Agent[]): void;
  start(...agents: Agent[]): void;
  /** Tells `listener` until the returned function is called. */
  listen(listener: (event: SpokeEvent) => void): () => void;
  /** The API server dies and comes back, all else runs on. */
  apiDown(): void;
  apiUp(): void;
  /** Power off: no API, no agents, the disk stays. */
  powerOff(): void;
  /** Power on: resolves when the API answers and the Node has its new boot id. */
  powerOn(options?: { kernel?: string; seen?: boolean }): Promise<void>;
  /** Off and, 60–150 s later, on again. `seen`: the node's not-ready taint is there long enough to be noticed. */
  reboot(options: { kernel?: string; seen: boolean }): Promise<void>;
}

export interface SpokeOptions {
  core: Core;
  clock: LabClock;
  random: Random;
  machine: Machine;
  openshift: string;
}

const agents: readonly Agent[] = [
  'registration',
  'work',
  'work-manager',
  'governance-policy-framework',
  'config-policy-controller',
];
const notReady = ['NoSchedule', 'NoExecute'].map((effect) => ({ key: 'node.kubernetes.io/not-ready', effect }));

/** A spoke that is up, with all its agents; its objects are made by `furnish`. */
export function createSpoke({ core, clock, random, openshift, ...options }: SpokeOptions): Spoke {
  let machine = options.machine;
  const gate = createGate();
  const kubelet = core.as('kubelet');
  const running = new Set<Agent>(agents);
  const dead = new Set<Agent>();
  const listeners = new Set<(event: SpokeEvent) => void>();
  const tell = (event: SpokeEvent) => {
    for (const listener of [...listeners]) listener(event);
  };
  const post = async (ready: boolean) => {
    const at = isoSeconds(clock.now());
    await kubelet.patch(
      kinds.Node,
      machine.name,
      '',
      { status: nodeStatus(machine, ready, at) },
      {
        type: 'merge',
        subresource: 'status',
      },
    );
  };
  const taint = async (taints: readonly object[] | null) => {
    await core
      .as('kube-controller-manager')
      .patch(kinds.Node, machine.name, '', { spec: { taints } }, { type: 'merge' });
  };
  const spoke: Spoke = {
    name: machine.name,
    core,
    api: gated(core, gate),
    gate,
    clock,
    random,
    get machine() {
      return machine;
    },
    openshift,
    server: `https://api.${machine.name}.bastion.example:6443`,
    clockOffset: 0,
    discover(apiVersion, kind) {
      try {
        const { kind: found, version } = core.registry.of({ apiVersion, kind });
        return { group: found.group, version: version.name, plural: found.plural, kind, namespaced: found.namespaced };
      } catch (error) {
        if (error instanceof ApiError) return undefined;
        throw error;
      }
    },
    unreachable(kind, name, namespace) {
      const root = kind.group ? `apis/${kind.group}/${kind.version}` : `api/${kind.version}`;
      const where = namespace ? `/namespaces/${namespace}` : '';
      const { host } = new URL(spoke.server);
      return `Get "${spoke.server}/${root}${where}/${kind.plural}/${name}": dial tcp ${host}: connect: connection refused`;
    },
    running: (agent) => running.has(agent),
    stop(...those) {
      for (const agent of those) {
        dead.add(agent);
        if (running.delete(agent)) tell({ type: 'stopped', agent });
      }
    },
    start(...those) {
      for (const agent of those) {
        dead.delete(agent);
        if (!gate.open || running.has(agent)) continue;
        running.add(agent);
        tell({ type: 'started', agent });
      }
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    apiDown() {
      gate.shut();
      tell({ type: 'down' });
    },
    apiUp() {
      gate.lift();
      tell({ type: 'up' });
    },
    powerOff() {
      gate.shut();
      for (const agent of [...running]) {
        running.delete(agent);
        tell({ type: 'stopped', agent });
      }
      tell({ type: 'down' });
    },
    async powerOn({ kernel, seen = true } = {}) {
      machine = { ...machine, bootId: random.uuid(), ...(kernel && { kernel }) };
      if (seen) {
        await taint(notReady);
        gate.lift();
        tell({ type: 'up' });
        await clock.sleep(random.between(5_000, 20_000));
        await post(true);
        await taint(null);
      } else {
        await post(true);
        gate.lift();
        tell({ type: 'up' });
      }
      // Pods of the klusterlet start some time after the API answers.
      clock.after(random.between(10_000, 30_000), () => {
        if (gate.open) spoke.start(...agents.filter((agent) => !dead.has(agent)));
      });
    },
    async reboot(how) {
      spoke.powerOff();
      await clock.sleep(random.between(60_000, 150_000));
      await spoke.powerOn(how);
    },
  };
  return spoke;
}

/** Writes what a freshly installed spoke holds: its Node with status. */
export async function furnishNode(spoke: Spoke): Promise<void> {
  const kubelet = spoke.core.as('kubelet');
  const node = await kubelet.create(nodeOf(spoke.machine));
  const status = nodeStatus(spoke.machine, true, isoSeconds(spoke.clock.now()));
  await kubelet.update({ ...node, status }, 'status');
}
