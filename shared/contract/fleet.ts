import { z } from 'zod';
import { Empty, HubId, HubOnly, Name, Page, Time } from './common.ts';

/** What the fleet calls one spoke's reachability, in the field's words. */
export const Availability = z.enum(['available', 'unavailable', 'unknown', 'joining', 'notAccepted', 'deleting']);
export type Availability = z.infer<typeof Availability>;

/** State of one module on one spoke (DESIGN: proof of load). `none`: not targeted. */
export const LoadState = z.enum(['none', 'waiting', 'loading', 'proven', 'claimed', 'staleBoot', 'failed', 'unknown']);
export type LoadState = z.infer<typeof LoadState>;

/**
 * Why a spoke has no kernel claim, as far as it shows: `cut` (20 other custom claims come before it), `noKmm` (KMM is not installed
 * there as far as known), `silent` (KMM is installed, and still no claim: KMM_MANAGED is missing, or it has just begun).
 */
export const NoClaim = z.enum(['cut', 'noKmm', 'silent']);
export type NoClaim = z.infer<typeof NoClaim>;

/** All given conditions hold together; within one list any may hold. Empty lists and '' do not filter. */
export const FleetFilter = z.strictObject({
  search: z.string().max(253).default(''),
  availability: z.array(Availability).default([]),
  openshift: z.array(z.string()).default([]),
  kernel: z.array(z.string()).default([]),
  /** With `module`: states of that module. Without: any module in that state. */
  load: z.array(LoadState).default([]),
  module: z.string().default(''),
  /** `key=value` or `key` (exists), all must hold. */
  labels: z.array(z.string()).default([]),
  operative: z.boolean().optional(),
  /** Spokes without KMM's kernel claim, by what is seen: 20 other claims are there (cut), or KMM is not known to run (missing). */
  claim: z.array(NoClaim).default([]),
});
export type FleetFilter = z.infer<typeof FleetFilter>;

export const SpokeRow = z.object({
  name: z.string(),
  availability: Availability,
  /** Operative: accepted, joined, available, clock in step, work and policy agents alive (shared/rules/operative). */
  operative: z.boolean(),
  /** Why not operative, '' if it is. */
  reason: z.string(),
  openshift: z.string(),
  kubernetes: z.string(),
  /** Kernels of all nodes from KMM's claim; empty = no claim seen. */
  kernels: z.array(z.string()),
  /** True when 20 custom claims are there and KMM's is not: probably cut off. */
  claimsCut: z.boolean(),
  kmm: z.enum(['installed', 'installing', 'failed', 'absent', 'unknown']),
  /** Worst module state on this spoke, for the table's badge. */
  load: LoadState,
  modules: z.array(z.object({ module: z.string(), state: LoadState, reason: z.string() })),
  nodes: z.int(),
  since: Time,
});
export type SpokeRow = z.infer<typeof SpokeRow>;

export const FacetValue = z.object({ value: z.string(), count: z.int() });

export const TimelineEntry = z.object({
  id: z.int(),
  /** The hub object's own time where it has one, else when it was seen. */
  at: Time,
  seenAt: Time,
  spoke: z.string(),
  module: z.string(),
  /** e.g. available, unavailable, kmmInstalled, buildStarted, buildEnded, loaded, unloaded, versionChanged, command. */
  event: z.string(),
  sentence: z.string(),
  tone: z.enum(['good', 'bad', 'neutral']),
});
export type TimelineEntry = z.infer<typeof TimelineEntry>;

/** A Kubernetes condition with our sentence for it. */
export const ConditionView = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string(),
  message: z.string(),
  since: Time,
  sentence: z.string(),
  tone: z.enum(['good', 'bad', 'neutral']),
});

/** How far the values that a work feeds back may be relied on (shared/rules/feedback-age). */
export const FeedbackAge = z.object({
  state: z.enum(['fresh', 'awaited', 'before', 'undelivered', 'unread', 'gone', 'unreachable', 'unwatched']),
  /** Why not fresh, '' if it is. */
  sentence: z.string(),
  /** The agent has read again by then at the latest; absent where nobody knows. */
  nextBy: Time.optional(),
});
export type FeedbackAge = z.infer<typeof FeedbackAge>;

export const WorkView = z.object({
  name: z.string(),
  module: z.string(),
  /** proof: ours, ReadOnly; module: KMM-Hub's or ours; other. */
  purpose: z.enum(['module', 'proof', 'install', 'other']),
  /** delivered only when Applied is True at the present generation. */
  delivered: z.boolean(),
  state: z.string(),
  reason: z.string(),
  message: z.string(),
  feedback: z.array(z.object({ manifest: z.string(), name: z.string(), value: z.string() })),
  feedbackAt: Time.optional(),
  age: FeedbackAge,
  /** The agent refuses it and tries again about then, unless it is nudged (`works.nudge`). */
  nextTryAt: Time.optional(),
});

export const SpokeDetail = z.object({
  row: SpokeRow,
  labels: z.record(z.string(), z.string()),
  conditions: z.array(ConditionView),
  claims: z.array(z.object({ name: z.string(), value: z.string() })),
  nodeNames: z.array(z.string()),
  addons: z.array(z.object({ name: z.string(), state: z.string(), message: z.string() })),
  works: z.array(WorkView),
  policies: z.array(z.object({ name: z.string(), compliant: z.string(), message: z.string() })),
});
export type SpokeDetail = z.infer<typeof SpokeDetail>;

export const SavedView = z.object({
  id: z.int(),
  name: z.string(),
  filter: FleetFilter,
  sort: z.string(),
  descending: z.boolean(),
});
export const FleetSort = z.enum(['name', 'availability', 'openshift', 'kernel', 'load', 'kmm', 'since']);

export const fleetCalls = {
  'fleet.page': {
    input: z.strictObject({
      hub: HubId,
      filter: FleetFilter.prefault({}),
      sort: FleetSort.default('name'),
      descending: z.boolean().default(false),
      ...Page,
    }),
    output: z.object({ total: z.int(), rows: z.array(SpokeRow) }),
  },
  /** Each facet is counted under all the other filters, so its own values can be widened. */
  'fleet.facets': {
    input: z.strictObject({ hub: HubId, filter: FleetFilter.prefault({}) }),
    output: z.object({
      availability: z.array(FacetValue),
      openshift: z.array(FacetValue),
      kernel: z.array(FacetValue),
      load: z.array(FacetValue),
      /** Label keys by number of spokes, at most 200. */
      labels: z.array(FacetValue),
    }),
  },
  /** Values of one label key, for the label facet. */
  'fleet.labelValues': {
    input: z.strictObject({ hub: HubId, key: z.string(), search: z.string().default('') }),
    output: z.object({ values: z.array(FacetValue) }),
  },
  /** The table of the day: potential = managed clusters; operative + notWorking = potential. */
  'fleet.counts': {
    input: HubOnly,
    output: z.object({
      potential: z.int(),
      notWorking: z.int(),
      operative: z.int(),
      kmmInstalled: z.int(),
      noKernelClaim: z.int(),
      /** noKernelClaim by what is seen; the three add up to it. */
      noKernelClaimBy: z.object({ cut: z.int(), noKmm: z.int(), silent: z.int() }),
      /** Why spokes are not operative, by sentence. */
      notWorkingReasons: z.array(z.object({ reason: z.string(), count: z.int(), examples: z.array(z.string()) })),
    }),
  },
  'fleet.spoke': { input: z.strictObject({ hub: HubId, name: Name }), output: SpokeDetail },
  'fleet.timeline': {
    input: z.strictObject({
      hub: HubId,
      spoke: z.string().default(''),
      module: z.string().default(''),
      events: z.array(z.string()).default([]),
      before: z.int().optional(),
      limit: z.int().min(1).max(500).default(100),
    }),
    output: z.object({ entries: z.array(TimelineEntry) }),
  },
  /** The stored object as YAML, without managedFields. `kind` is a feed's name, e.g. ManagedCluster. Fault: object.unknown. */
  'fleet.object': {
    input: z.strictObject({ hub: HubId, kind: z.string(), namespace: z.string().default(''), name: Name }),
    output: z.object({ yaml: z.string(), seenAt: Time }),
  },
  'views.list': { input: Empty, output: z.object({ views: z.array(SavedView) }) },
  'views.save': {
    input: z.strictObject({
      name: z.string().min(1).max(80),
      filter: FleetFilter,
      sort: FleetSort,
      descending: z.boolean(),
    }),
    output: SavedView,
  },
  'views.remove': { input: z.strictObject({ id: z.int() }), output: Empty },
} as const;
