import { z } from 'zod';
import { Empty, HubId, ObjectDiff, Page, Time } from './common.ts';
import { FaultSchema } from './fault.ts';
import { ImageSet, SetFinding } from './image-set.ts';

/** `sha256:<64 hex>` or `sha512:<128 hex>`. */
export const Digest = z.string().regex(/^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/, 'sha256:<64 hex digits>');
export const SiteId = z.string().min(1).max(80);

export const ImageCategory = z.enum([
  'release',
  'component',
  'catalog',
  'operator',
  'additional',
  'kmm',
  'kmod',
  'chart',
  'graph',
]);
export type ImageCategory = z.infer<typeof ImageCategory>;

export const SetRow = z.object({
  name: z.string(),
  savedAt: Time,
  /** What it asks for, in words: "4.12.3…4.12.6 (amd64), 2 packages, 3 images". */
  sentence: z.string(),
  /** Images of its last resolution; 0 = never planned. */
  images: z.int(),
  inStore: z.int(),
  plannedAt: Time.optional(),
});
export type SetRow = z.infer<typeof SetRow>;

/** One image of a plan. Bytes are compressed bytes as they travel; manifests count too. */
export const PlanImage = z.object({
  name: z.string(),
  category: ImageCategory,
  digest: z.string(),
  target: z.string(),
  blobs: z.int(),
  bytes: z.number(),
  /** To be fetched (each blob counted at the first image that needs it). */
  newBytes: z.number(),
  hereBytes: z.number(),
  /** Already at the site, as far as asked; null without a site. */
  siteBytes: z.number().nullable(),
  /** Why it can't come, when it can't. */
  fault: FaultSchema.optional(),
});
export type PlanImage = z.infer<typeof PlanImage>;

export const Plan = z.object({
  id: z.string(),
  set: z.string(),
  site: z.string(),
  madeAt: Time,
  images: z.int(),
  failed: z.int(),
  blobs: z.int(),
  bytes: z.number(),
  newBytes: z.number(),
  hereBytes: z.number(),
  siteBytes: z.number().nullable(),
  freeBytes: z.number(),
  fits: z.boolean(),
  /** Measured on this laptop; null before anything was fetched. */
  bytesPerSecond: z.number().nullable(),
  seconds: z.number().nullable(),
  bySource: z.array(z.object({ registry: z.string(), images: z.int(), newBytes: z.number() })),
  warnings: z.array(z.string()),
});
export type Plan = z.infer<typeof Plan>;

export const RunKind = z.enum(['pull', 'push', 'export', 'import', 'verify']);
export const RunState = z.enum(['running', 'paused', 'interrupted', 'done', 'gaps', 'failed', 'cancelled']);
/** One run of long mirror work. `interrupted`: the application ended meanwhile; `gaps`: done but for the images listed. */
export const Run = z.object({
  id: z.string(),
  kind: RunKind,
  state: RunState,
  set: z.string(),
  /** Site id, or folder of a bundle. */
  place: z.string(),
  images: z.int(),
  imagesDone: z.int(),
  imagesFailed: z.int(),
  bytes: z.number(),
  bytesDone: z.number(),
  /** Of these, what travelled; the rest was there already. */
  bytesMoved: z.number(),
  bytesPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  startedAt: Time,
  endedAt: Time.optional(),
  sentence: z.string(),
  fault: FaultSchema.optional(),
});
export type Run = z.infer<typeof Run>;

export const RunImage = z.object({
  name: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'left']),
  bytes: z.number(),
  bytesDone: z.number(),
  fault: FaultSchema.optional(),
});
export type RunImage = z.infer<typeof RunImage>;

export const StoreStatus = z.object({
  path: z.string(),
  bytes: z.number(),
  blobs: z.int(),
  images: z.int(),
  partialBytes: z.number(),
  freeBytes: z.number(),
  totalBytes: z.number(),
  verifiedAt: Time.optional(),
  damaged: z.array(z.string()),
});

export const StoreImage = z.object({
  name: z.string(),
  digest: z.string(),
  category: ImageCategory,
  sets: z.array(z.string()),
  /** All bytes it needs, and those nothing else needs. */
  bytes: z.number(),
  ownBytes: z.number(),
  pulledAt: Time,
});
export type StoreImage = z.infer<typeof StoreImage>;

/** How to reach a registry. Secrets go in and never come out. */
export const SiteParams = z.strictObject({
  name: z.string().min(1).max(80),
  /** `site`: images are pushed to it. `source`: it is only read from, and needs more than auth files say. */
  role: z.enum(['site', 'source']).default('site'),
  /** `host[:port][/prefix]`, IPv6 in brackets. */
  address: z.string().min(1),
  /** PEM text of the authority that signed its certificate. */
  ca: z.string().default(''),
  plainHttp: z.boolean().default(false),
  insecureTls: z.boolean().default(false),
  user: z.string().default(''),
  password: z.string().default(''),
});

/** As SiteParams without defaults: what is left out stays. */
export const SiteEdit = z.strictObject({
  id: SiteId,
  name: z.string().min(1).max(80).optional(),
  role: z.enum(['site', 'source']).optional(),
  address: z.string().min(1).optional(),
  ca: z.string().optional(),
  plainHttp: z.boolean().optional(),
  insecureTls: z.boolean().optional(),
  user: z.string().optional(),
  password: z.string().optional(),
});

export const Ability = z.object({
  name: z.enum(['push', 'sparseIndex', 'referrers', 'nestedPaths', 'manifest4MiB', 'mount', 'delete']),
  able: z.enum(['yes', 'no', 'unknown']),
  detail: z.string(),
});

export const SiteRow = z.object({
  id: SiteId,
  name: z.string(),
  role: z.enum(['site', 'source']),
  address: z.string(),
  plainHttp: z.boolean(),
  insecureTls: z.boolean(),
  hasCa: z.boolean(),
  user: z.string(),
  health: z.enum(['ok', 'warning', 'failed', 'unknown']),
  sentence: z.string(),
  checkedAt: Time.optional(),
  certificateUntil: Time.optional(),
  freeBytes: z.number().nullable(),
  abilities: z.array(Ability),
  images: z.int(),
  /** Every digest could be pulled when last looked. */
  verifiedAt: Time.optional(),
});
export type SiteRow = z.infer<typeof SiteRow>;

export const BundleSummary = z.object({
  id: z.string(),
  parent: z.string(),
  path: z.string(),
  madeAt: Time,
  madeBy: z.string(),
  key: z.string(),
  /** `ours` (this laptop's key), `trusted`, `unknown`, `unsigned`, `broken`. */
  signature: z.enum(['ours', 'trusted', 'unknown', 'unsigned', 'broken']),
  site: z.string(),
  images: z.int(),
  blobs: z.int(),
  bytes: z.number(),
  segments: z.array(
    z.object({ name: z.string(), bytes: z.number(), state: z.enum(['present', 'missing', 'damaged', 'unchecked']) }),
  ),
  sentence: z.string(),
});
export type BundleSummary = z.infer<typeof BundleSummary>;

export const HistoryRow = z.object({ at: Time, what: z.string(), place: z.string(), sentence: z.string() });

export const TrustedKey = z.object({ id: z.string(), name: z.string(), publicKey: z.string(), ours: z.boolean() });

export const ResourceKind = z.enum([
  'idms',
  'itms',
  'icsp',
  'catalogSource',
  'clusterCatalog',
  'updateService',
  'signatures',
  'trustedCa',
]);

export const ResourcePlan = z.object({
  /** Deterministic multi-document YAML of every object. */
  yaml: z.string(),
  /** Against the hub, when one was named. For spokes: the ManifestWorks, or Policy, Placement and bindings. */
  diffs: z.array(ObjectDiff),
  total: z.int(),
  warnings: z.array(z.string()),
  /** Whether applying it makes nodes restart, and why. */
  restarts: z.string(),
});

const ResourceInput = {
  site: SiteId,
  hub: HubId,
  where: z.enum(['hub', 'spokes']),
  /** Spokes: by an ACM policy, or one ManifestWork each. */
  way: z.enum(['policy', 'work']).default('policy'),
  /** Labels of ManagedClusters; empty = all. */
  spokeSelector: z.record(z.string(), z.string()).default({}),
  kinds: z.array(ResourceKind).default([]),
};

const RunOnly = z.strictObject({ id: z.string() });
const Started = z.object({ run: Run });

export const mirrorCalls = {
  'mirror.sets': { input: Empty, output: z.object({ sets: z.array(SetRow) }) },
  'mirror.set': {
    input: z.strictObject({ name: z.string() }),
    output: z.object({ name: z.string(), yaml: z.string(), set: ImageSet.optional() }),
  },
  /** A complete, commented image set to begin with. */
  'mirror.template': { input: Empty, output: z.object({ yaml: z.string() }) },
  /** Findings name field, line and remedy; `set` comes when there is no error. */
  'mirror.check': {
    input: z.strictObject({ yaml: z.string() }),
    output: z.object({ findings: z.array(SetFinding), set: ImageSet.optional(), sentence: z.string() }),
  },
  /** The YAML of a set that a form filled. Keeps comments of `yaml` where given. */
  'mirror.write': {
    input: z.strictObject({ set: ImageSet, yaml: z.string().default('') }),
    output: z.object({ yaml: z.string() }),
  },
  /** Saves under the name in the YAML. Fault: set.invalid with the first error. */
  'mirror.save': { input: z.strictObject({ yaml: z.string() }), output: SetRow },
  'mirror.forget': { input: z.strictObject({ name: z.string() }), output: Empty },
  /** From oc-mirror's v2 ImageSetConfiguration; remarks say what has no counterpart. */
  'mirror.fromOcMirror': {
    input: z.strictObject({ yaml: z.string(), name: z.string().default('imported') }),
    output: z.object({ yaml: z.string(), remarks: z.array(z.string()) }),
  },
  /** Looks at every image without writing one byte of it. Faults: set.unknown, site.unknown; a bad image is a row with a fault. */
  'mirror.plan': { input: z.strictObject({ set: z.string(), site: z.string().default('') }), output: Plan },
  'mirror.planImages': {
    input: z.strictObject({
      id: z.string(),
      search: z.string().default(''),
      failed: z.boolean().default(false),
      ...Page,
    }),
    output: z.object({ total: z.int(), rows: z.array(PlanImage) }),
  },
  /** Fetches a set into the store, as a job. With `wait` the answer comes at its end. */
  'mirror.pull': { input: z.strictObject({ set: z.string(), wait: z.boolean().default(true) }), output: Started },
  /** Sends images of the store (of a set, or all) to a site and verifies that each digest can be pulled there. */
  'mirror.push': {
    input: z.strictObject({ site: SiteId, set: z.string().default(''), wait: z.boolean().default(true) }),
    output: Started,
  },
  'mirror.runs': { input: z.strictObject({ ...Page }), output: z.object({ total: z.int(), runs: z.array(Run) }) },
  'mirror.run': { input: RunOnly, output: Run },
  'mirror.runImages': {
    input: z.strictObject({
      id: z.string(),
      state: z.array(z.string()).default([]),
      search: z.string().default(''),
      ...Page,
    }),
    output: z.object({ total: z.int(), rows: z.array(RunImage) }),
  },
  'mirror.pause': { input: RunOnly, output: Run },
  /** Goes on with a paused or interrupted run; nothing that is there is fetched again. */
  'mirror.resume': { input: z.strictObject({ id: z.string(), wait: z.boolean().default(true) }), output: Run },
  'mirror.cancel': { input: RunOnly, output: Run },
  /** A new run of the images that failed in this one. */
  'mirror.retry': { input: z.strictObject({ id: z.string(), wait: z.boolean().default(true) }), output: Started },

  'mirror.store': { input: Empty, output: StoreStatus },
  'mirror.images': {
    input: z.strictObject({ search: z.string().default(''), set: z.string().default(''), ...Page }),
    output: z.object({ total: z.int(), rows: z.array(StoreImage) }),
  },
  /** Hashes every blob at rest; a damaged one is set aside and named. */
  'mirror.verify': { input: z.strictObject({ wait: z.boolean().default(true) }), output: Started },
  /** Forgets images by name, or all that no set names when `names` is empty; then frees blobs nothing reaches. */
  'mirror.prune': {
    input: z.strictObject({ names: z.array(z.string()).default([]), dryRun: z.boolean().default(true) }),
    output: z.object({ dryRun: z.boolean(), images: z.array(z.string()), blobs: z.int(), bytes: z.number() }),
  },

  'mirror.sites': { input: Empty, output: z.object({ sites: z.array(SiteRow) }) },
  'mirror.addSite': { input: SiteParams, output: SiteRow },
  /** What is left out stays as it is. */
  'mirror.editSite': { input: SiteEdit, output: SiteRow },
  'mirror.removeSite': { input: z.strictObject({ id: SiteId }), output: Empty },
  /** TLS, sign-in, rights and abilities, by a probe in a scratch repository. */
  'mirror.checkSite': { input: z.strictObject({ id: SiteId }), output: SiteRow },
  /** HEADs every digest in scope at the site and remembers what is there. */
  'mirror.verifySite': {
    input: z.strictObject({ id: SiteId }),
    output: z.object({ images: z.int(), missing: z.array(z.string()), sentence: z.string() }),
  },

  'mirror.export': {
    input: z.strictObject({
      folder: z.string().min(1),
      sets: z.array(z.string()).default([]),
      /** `full`, what an inventory file lacks, or what the last acknowledged bundle of `site` did not bring. */
      since: z.enum(['full', 'inventory', 'acknowledged']).default('full'),
      inventory: z.string().default(''),
      site: z.string().default(''),
      segmentBytes: z.number().min(1_048_576).max(4_294_967_295).default(4_187_593_113),
      wait: z.boolean().default(true),
    }),
    output: Started,
  },
  'mirror.inspectBundle': {
    input: z.strictObject({ folders: z.array(z.string()).min(1), check: z.boolean().default(false) }),
    output: BundleSummary,
  },
  /** Verifies, then brings the blobs into the store. Faults: bundle.missing names the disk, bundle.untrusted, bundle.older, bundle.otherSite. */
  'mirror.import': {
    input: z.strictObject({
      folders: z.array(z.string()).min(1),
      /** Missing or damaged segments: refuse all, bring in what is here and wait for the next disk, or leave out the images concerned. */
      incomplete: z.enum(['refuse', 'wait', 'leaveOut']).default('refuse'),
      /** Accept a bundle that is older than what the site has, or was made for another site. */
      anyway: z.array(z.enum(['older', 'otherSite'])).default([]),
      wait: z.boolean().default(true),
    }),
    output: Started,
  },
  /** Writes the signed acknowledgement and inventory of this store (or of a site's registry) into a folder, to carry home. */
  'mirror.inventory': {
    input: z.strictObject({ folder: z.string().min(1), site: z.string().default('') }),
    output: z.object({ path: z.string(), digests: z.int(), acknowledges: z.array(z.string()) }),
  },
  /** Reads what a site sent back. */
  'mirror.acknowledge': {
    input: z.strictObject({ path: z.string().min(1) }),
    output: z.object({ site: z.string(), bundles: z.array(z.string()), digests: z.int(), sentence: z.string() }),
  },
  'mirror.bundles': { input: Empty, output: z.object({ bundles: z.array(BundleSummary) }) },
  'mirror.keys': { input: Empty, output: z.object({ keys: z.array(TrustedKey) }) },
  'mirror.trust': {
    input: z.strictObject({ publicKey: z.string().min(1), name: z.string().min(1) }),
    output: TrustedKey,
  },
  'mirror.distrust': { input: z.strictObject({ id: z.string() }), output: Empty },

  'mirror.resources': { input: z.strictObject(ResourceInput), output: ResourcePlan },
  'mirror.applyResources': {
    input: z.strictObject(ResourceInput),
    output: z.object({ applied: z.int(), sentence: z.string() }),
  },

  'mirror.history': {
    input: z.strictObject({ ...Page }),
    output: z.object({ total: z.int(), rows: z.array(HistoryRow) }),
  },

  'mirror.serving': {
    input: Empty,
    output: z.object({
      running: z.boolean(),
      address: z.string(),
      user: z.string(),
      images: z.int(),
      tls: z.boolean(),
    }),
  },
  /** Serves the store as a registry on this laptop. Loopback unless `listen` says otherwise, then with TLS and a password. */
  'mirror.serve': {
    input: z.strictObject({ listen: z.string().default('127.0.0.1'), port: z.int().min(0).max(65535).default(0) }),
    output: z.object({ address: z.string(), user: z.string(), password: z.string(), ca: z.string(), tls: z.boolean() }),
  },
  'mirror.stopServing': { input: Empty, output: Empty },

  /** Starts a connected side with synthetic releases and an empty site registry on this laptop, and saves the image set that names them. */
  'mirror.practice': {
    input: z.strictObject({ seed: z.int().default(1) }),
    output: z.object({ set: z.string(), source: SiteId, site: SiteId }),
  },
} as const;
