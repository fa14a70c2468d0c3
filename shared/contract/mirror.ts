import { z } from 'zod';
import { ObjectDiff, Time } from './common.ts';
import { FaultSchema } from './fault.ts';

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
  /** Images of its last resolution, what is made here included, and those of them in the store; null = this text was not looked at yet. */
  images: z.int().nullable(),
  inStore: z.int().nullable(),
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
  /** All it needs, also what it shares; null = not known before it is made. */
  bytes: z.number().nullable(),
  /** To be fetched, and here already. Each blob counts at the first image that needs it: so the rows add up to the plan. */
  newBytes: z.number(),
  hereBytes: z.number(),
  /** Already at the site, as far as asked; null without a site. */
  siteBytes: z.number().nullable(),
  /** The image of the plan it is made of, here, by the pull; nothing of it is fetched. */
  madeOf: z.string().optional(),
  /** Why it can't come, when it can't. */
  fault: FaultSchema.optional(),
});
export type PlanImage = z.infer<typeof PlanImage>;

export const Plan = z.object({
  id: z.string(),
  set: z.string(),
  site: z.string(),
  madeAt: Time,
  /** All rows: fetched or here, made here, and those that cannot be had. */
  images: z.int(),
  failed: z.int(),
  /** Images that the pull makes here, and of which image of the plan. */
  made: z.array(z.object({ name: z.string(), of: z.string() })),
  /** How the numbers of images add up, in words. */
  sentence: z.string(),
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
  /** What cannot be had, at most 50; `planImages` has all. */
  gaps: z.array(z.object({ name: z.string(), reason: z.string() })),
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
  /** What applying it does to nodes, in words; '' = nothing. */
  restarts: z.string(),
  /** Nodes are, or may be, restarted by it. */
  mayRestart: z.boolean(),
});
