import { z } from 'zod';
import { Counts, HubId, HubOnly, Name, ObjectDiff, Page, Time } from './common.ts';

/** What to install and from where. `source` is the CatalogSource that a disconnected site mirrors. */
export const InstallParams = z.strictObject({
  channel: z.string().min(1).default('stable'),
  source: z.string().min(1).default('redhat-operators'),
  sourceNamespace: z.string().min(1).default('openshift-marketplace'),
  startingCsv: z.string().default(''),
  hubNamespace: z.string().min(1).default('openshift-kmm-hub'),
  spokeNamespace: z.string().min(1).default('openshift-kmm'),
  /** Namespace of Policy, Placement and bindings on the hub. */
  policyNamespace: z.string().min(1).max(40).default('kmm-bastion'),
  /** Labels of ManagedClusters that shall get KMM; empty = all. */
  spokeSelector: z.record(z.string(), z.string()).default({}),
});
export type InstallParams = z.infer<typeof InstallParams>;

export const HubInstall = z.object({
  state: z.enum(['absent', 'installing', 'installed', 'failed', 'unknown']),
  version: z.string(),
  namespace: z.string(),
  /** What the served schema shows: e.g. "has dra (newer than 2.6.0)". */
  schema: z.string(),
  sentence: z.string(),
});

export const SpokeInstallRow = z.object({
  spoke: z.string(),
  state: z.enum(['installed', 'installing', 'failed', 'absent', 'unknown']),
  way: z.enum(['policy', 'addon', 'work', 'unseen']),
  reason: z.string(),
  /** Whether the work agent may handle Modules there, as far as works have shown. */
  rights: z.enum(['yes', 'no', 'unknown']),
  since: Time,
  seconds: z.number().optional(),
});
export type SpokeInstallRow = z.infer<typeof SpokeInstallRow>;

export const installCalls = {
  'install.status': {
    input: HubOnly,
    output: z.object({
      hub: HubInstall,
      spokes: Counts,
      way: z.enum(['policy', 'work', 'none']),
      wayWhy: z.string(),
      remarks: z.array(z.string()),
    }),
  },
  'install.spokes': {
    input: z.strictObject({
      hub: HubId,
      state: z.array(z.string()).default([]),
      search: z.string().default(''),
      ...Page,
    }),
    output: z.object({ total: z.int(), rows: z.array(SpokeInstallRow) }),
  },
  /** Objects for `where`, dry-run against the hub. With many ManifestWorks only the first 20 diffs come; `total` counts all. */
  'install.plan': {
    input: z.strictObject({ hub: HubId, where: z.enum(['hub', 'spokes']), params: InstallParams.prefault({}) }),
    output: z.object({
      diffs: z.array(ObjectDiff),
      total: z.int(),
      way: z.enum(['olm', 'policy', 'work']),
      warnings: z.array(z.string()),
      yaml: z.string(),
    }),
  },
  /** Applies the plan; follows on by itself: `install.status` and the timeline tell how far it is. Faults: install.conflict, hub.offline, hub.forbidden. */
  'install.apply': {
    input: z.strictObject({ hub: HubId, where: z.enum(['hub', 'spokes']), params: InstallParams.prefault({}) }),
    output: z.object({ applied: z.int(), sentence: z.string() }),
  },
} as const;

export const ReportFormat = z.enum(['html', 'json', 'csv']);

/** Seconds; null where fewer than one value is known. */
export const Percentiles = z.object({
  count: z.int(),
  min: z.number().nullable(),
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
  max: z.number().nullable(),
});

export const ReportModel = z.object({
  title: z.string(),
  hub: z.string(),
  server: z.string(),
  module: z.string(),
  image: z.string(),
  practice: z.boolean(),
  writtenAt: Time,
  dataFrom: Time,
  way: z.string(),
  table: z.object({
    potential: z.int(),
    notWorking: z.int(),
    operative: z.int(),
    kmmInstalled: z.int(),
    kmodDeployed: z.int(),
  }),
  builds: z.int(),
  buildSeconds: z.number().nullable(),
  firstLoadAt: Time.nullable(),
  lastLoadAt: Time.nullable(),
  milestones: z.array(z.object({ at: Time, name: z.string(), sentence: z.string() })),
  durations: z.array(z.object({ name: z.string(), values: Percentiles })),
  states: Counts,
  spokes: z.array(
    z.object({
      spoke: z.string(),
      kernel: z.string(),
      openshift: z.string(),
      state: z.string(),
      kmmSeconds: z.number().nullable(),
      loadSeconds: z.number().nullable(),
      provenAt: Time.nullable(),
      reason: z.string(),
    }),
  ),
  notProven: z.array(z.object({ reason: z.string(), count: z.int(), spokes: z.array(z.string()) })),
  /** Where the images came from: registries this laptop filled, the bundles it read for that, what clusters of this hub were told. */
  mirror: z.array(
    z.object({
      site: z.string(),
      address: z.string(),
      images: z.int(),
      missing: z.int(),
      pushedAt: Time.nullable(),
      verifiedAt: Time.nullable(),
      bundles: z.array(z.object({ id: z.string(), madeAt: Time, readAt: Time, images: z.int(), bytes: z.number() })),
      pointed: z.array(z.object({ at: Time, sentence: z.string() })),
    }),
  ),
});
export type ReportModel = z.infer<typeof ReportModel>;

export const reportCalls = {
  /** The day's table and milestones, counted from the store. Per-spoke rows are left out (`spokes: []`). */
  'reports.summary': { input: z.strictObject({ hub: HubId, module: Name }), output: ReportModel },
  /** Writes the file; without `path` it goes to `<home>/reports/`. Fault: report.unwritable. */
  'reports.write': {
    input: z.strictObject({ hub: HubId, module: Name, format: ReportFormat, path: z.string().optional() }),
    output: z.object({ path: z.string(), bytes: z.int() }),
  },
  /** The file's content, for hosts where the window cannot see the bastion's disk (at most 20 MB). */
  'reports.read': {
    input: z.strictObject({ hub: HubId, module: Name, format: ReportFormat }),
    output: z.object({ name: z.string(), mediaType: z.string(), text: z.string() }),
  },
} as const;
