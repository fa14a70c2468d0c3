import { z } from 'zod';
import { Counts, HubId, HubOnly, Name, ObjectDiff, Page, Time } from './common.ts';
import { FeedbackAge, LoadState } from './fleet.ts';

/** How a module reaches its spokes. `plain` is KMM's own way: all at once. */
export const DeliveryWay = z.enum(['staged', 'plain']);
export type DeliveryWay = z.infer<typeof DeliveryWay>;

/** One remark on a ManagedClusterModule text. An error stops an apply; `line`/`column` are 1-based. */
export const Finding = z.object({
  severity: z.enum(['error', 'warning', 'info']),
  /** e.g. mapping.both, regexp.invalid, name.tooLong, image.noTag, selection.twoKernels, selection.unmatched. */
  rule: z.string(),
  field: z.string(),
  message: z.string(),
  remedy: z.string(),
  line: z.int().optional(),
  column: z.int().optional(),
  spokes: z.array(z.string()).default([]),
});
export type Finding = z.infer<typeof Finding>;

export const KernelPlan = z.object({
  kernel: z.string(),
  spokes: z.int(),
  examples: z.array(z.string()),
  /** Index of the first mapping that matches, -1 for none. */
  mapping: z.int(),
  image: z.string(),
  build: z.boolean(),
  sign: z.boolean(),
});
export type KernelPlan = z.infer<typeof KernelPlan>;

/** What the text would do with the fleet as it is stored now. */
export const Preview = z.object({
  matches: z.int(),
  operativeMatches: z.int(),
  fleet: z.int(),
  kernels: z.array(KernelPlan),
  /** Selected spokes without a mapping or a kernel claim. */
  notCovered: z.array(z.object({ spoke: z.string(), reason: z.string() })),
  notCoveredTotal: z.int(),
  /** Builds the hub would start: one per cluster in the plain way, one per image when staged. */
  buildsPlain: z.int(),
  buildsStaged: z.int(),
  recommended: DeliveryWay,
  recommendedWhy: z.string(),
  /** e.g. "Matches 1,748 of 1,754 spokes; 1 kernel; …". */
  sentence: z.string(),
});
export type Preview = z.infer<typeof Preview>;

/** Counts of targets by LoadState, from our rows, never from the MCM's own numbers. */
export const ModuleRow = z.object({
  name: z.string(),
  spokeNamespace: z.string(),
  selector: z.record(z.string(), z.string()),
  targets: z.int(),
  states: Counts,
  kernels: z.int(),
  /** One word for the badge: draft, delivering, complete, attention, idle, deleting. */
  state: z.string(),
  sentence: z.string(),
  delivery: z.string().optional(),
  createdAt: Time,
  /** The MCM's own status numbers, shown as what they are. */
  reported: z.object({ desired: z.int(), applied: z.int(), degraded: z.int() }),
});
export type ModuleRow = z.infer<typeof ModuleRow>;

/** An image build or signing on the hub, followed from MBSC, Build and events. */
export const BuildRow = z.object({
  module: z.string(),
  spoke: z.string(),
  kernel: z.string(),
  image: z.string(),
  action: z.string(),
  state: z.enum(['waiting', 'running', 'succeeded', 'failed']),
  startedAt: Time.optional(),
  endedAt: Time.optional(),
  seconds: z.number().optional(),
  message: z.string(),
});
export type BuildRow = z.infer<typeof BuildRow>;

/** Why one target is where it is. `evidence` names what was compared. */
export const ProofRow = z.object({
  spoke: z.string(),
  state: LoadState,
  /** noClaim, noMapping, imageMissing, building, workRejected, notDelivered, staleBoot, unreachable, dataOld, noEvidence, loading, '' . */
  cause: z.string(),
  reason: z.string(),
  remedy: z.string(),
  kernel: z.string(),
  image: z.string(),
  loadedKernel: z.string(),
  loadedBoot: z.string(),
  nodeBoot: z.string(),
  evidence: z.enum(['work', 'view', 'numbers', 'none']),
  since: Time,
  /** How far the feedback that this was judged by may be relied on; absent where nothing is fed back. */
  age: FeedbackAge.optional(),
  /** Name of the module's manifest work on this spoke, '' where there is none. */
  work: z.string(),
  /** The agent refuses that work and tries again about then, unless it is nudged (`works.nudge`). */
  nextTryAt: Time.optional(),
  provenAt: Time.optional(),
  /** Seconds from selection (label or apply) to proof. */
  seconds: z.number().optional(),
});
export type ProofRow = z.infer<typeof ProofRow>;

export const DeliveryPhase = z.enum([
  'applying',
  'canary',
  'proving',
  'widening',
  'finishing',
  'done',
  'failed',
  'stopped',
]);

/** A delivery is a row that a restart resumes. */
export const Delivery = z.object({
  id: z.string(),
  hub: HubId,
  module: z.string(),
  way: DeliveryWay,
  phase: DeliveryPhase,
  canaries: z.array(z.object({ kernel: z.string(), spoke: z.string(), state: LoadState, reason: z.string() })),
  targets: z.int(),
  selected: z.int(),
  states: Counts,
  startedAt: Time,
  endedAt: Time.optional(),
  sentence: z.string(),
});
export type Delivery = z.infer<typeof Delivery>;

/** A change of ManagedClusters: labels set and taken away, or the clusters themselves deleted from the hub (`detach`). */
export const SpokeChange = z.strictObject({
  spokes: z.array(Name).min(1).max(500),
  set: z.record(z.string(), z.string()).default({}),
  remove: z.array(z.string()).default([]),
  detach: z.boolean().default(false),
});
export type SpokeChange = z.infer<typeof SpokeChange>;

export const Consequences = z.object({
  /** Module by module: where it leaves the kernel. */
  unloads: z.array(z.object({ module: z.string(), spoke: z.string() })),
  /** Where KMM-Hub would begin to load it. */
  loads: z.array(z.object({ module: z.string(), spoke: z.string() })),
  /** The same in words, the worst first. */
  sentences: z.array(z.string()),
});
export type Consequences = z.infer<typeof Consequences>;

const Text = z.string().min(1).max(1_000_000);

export const moduleCalls = {
  'modules.list': { input: HubOnly, output: z.object({ modules: z.array(ModuleRow) }) },
  'modules.get': {
    input: z.strictObject({ hub: HubId, name: Name }),
    output: z.object({ row: ModuleRow, yaml: z.string(), builds: z.array(BuildRow), deliveries: z.array(Delivery) }),
  },
  /** A starting text for a new module: valid, commented, with the fleet's kernels where known. */
  'modules.template': { input: z.strictObject({ hub: HubId.optional() }), output: z.object({ yaml: z.string() }) },
  /** JSON schema of ManagedClusterModule.spec as this hub serves it; null when it serves none. */
  'modules.schema': { input: HubOnly, output: z.object({ schema: z.unknown() }) },
  /** Lint and preview from stored rows; works offline. Never throws for bad text: that is a finding. */
  'modules.check': {
    input: z.strictObject({ hub: HubId, yaml: z.string().max(1_000_000) }),
    output: z.object({ findings: z.array(Finding), preview: Preview.optional() }),
  },
  /** Server dry run of what an apply would send, with the diff to the live object. */
  'modules.diff': {
    input: z.strictObject({ hub: HubId, yaml: Text, way: DeliveryWay }),
    output: z.object({ diffs: z.array(ObjectDiff), intent: z.string() }),
  },
  /**
   * Applies and starts the delivery. `anyway` accepts the named error rules (`selection.*` only), else module.lint is thrown.
   * Faults: module.lint, module.conflict (owners named), module.notServed, hub.offline, delivery.running.
   */
  'modules.apply': {
    input: z.strictObject({ hub: HubId, yaml: Text, way: DeliveryWay, anyway: z.array(z.string()).default([]) }),
    output: Delivery,
  },
  /** What a delete would do: which spokes unload. */
  'modules.deletion': {
    input: z.strictObject({ hub: HubId, name: Name }),
    output: z.object({ unloads: z.int(), spokes: z.array(z.string()), sentences: z.array(z.string()) }),
  },
  'modules.delete': {
    input: z.strictObject({ hub: HubId, name: Name, confirm: z.string() }),
    output: z.object({ sentence: z.string() }),
  },
  'modules.proof': {
    input: z.strictObject({
      hub: HubId,
      name: Name,
      state: z.array(LoadState).default([]),
      search: z.string().default(''),
      ...Page,
    }),
    output: z.object({ total: z.int(), states: Counts, rows: z.array(ProofRow) }),
  },
  /** Makes KMM look again: changes our label on the spoke's Node by ManagedClusterAction or ManifestWork. */
  'modules.nudge': {
    input: z.strictObject({ hub: HubId, name: Name, spokes: z.array(Name).min(1).max(500) }),
    output: z.object({ nudged: z.int(), refused: z.array(z.object({ spoke: z.string(), reason: z.string() })) }),
  },
  /**
   * Makes the work agent of each spoke try this work at once: a label of ours on the ManifestWork is changed, which ends the agent's
   * backoff (up to 16 minutes). Nothing else of the work changes.
   */
  'works.nudge': {
    input: z.strictObject({ hub: HubId, name: Name, spokes: z.array(Name).min(1).max(500) }),
    output: z.object({ nudged: z.int(), refused: z.array(z.object({ spoke: z.string(), reason: z.string() })) }),
  },
  /** What would unload, and what else would happen, if spokes were taken off the hub or their labels changed. Changes nothing. */
  'spokes.consequences': {
    input: z.strictObject({ hub: HubId, ...SpokeChange.shape }),
    output: Consequences,
  },
  /**
   * Does it. `confirm`: the spoke's name, or the number of spokes as text where there are several; needed only where something
   * unloads or a spoke leaves. Faults: spoke.confirm, spoke.unknown, input.invalid, hub.offline.
   */
  'spokes.change': {
    input: z.strictObject({ hub: HubId, ...SpokeChange.shape, confirm: z.string().default('') }),
    output: z.object({
      done: z.int(),
      refused: z.array(z.object({ spoke: z.string(), reason: z.string() })),
      sentence: z.string(),
    }),
  },
  'deliveries.list': {
    input: z.strictObject({ hub: HubId, module: z.string().default('') }),
    output: z.object({ deliveries: z.array(Delivery) }),
  },
  'deliveries.get': { input: z.strictObject({ id: z.string() }), output: Delivery },
  /** Stops widening; what is delivered stays. */
  'deliveries.stop': { input: z.strictObject({ id: z.string() }), output: Delivery },
} as const;
