import { z } from 'zod';
import { Empty, HubId, Page } from './common.ts';
import { ImageSet, SetFinding } from './image-set.ts';
import {
  BundleSummary,
  HistoryRow,
  Plan,
  PlanImage,
  ResourceKind,
  ResourcePlan,
  Run,
  RunImage,
  SetRow,
  SiteEdit,
  SiteId,
  SiteParams,
  SiteRow,
  StoreImage,
  StoreStatus,
  TrustedKey,
} from './mirror.ts';

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
  /** The YAML of a set that a form filled. Keeps comments of `yaml` where given. What is wrong in it is written, too: `mirror.check` finds it. */
  'mirror.write': {
    input: z.strictObject({ set: z.looseObject({ name: z.string() }), yaml: z.string().default('') }),
    output: z.object({ yaml: z.string() }),
  },
  /**
   * Saves under the name in the YAML. Faults: set.invalid with the first error; set.exists where `was` is given, the set's name
   * until now (empty: none), and another set bears the new one.
   */
  'mirror.save': { input: z.strictObject({ yaml: z.string(), was: z.string().optional() }), output: SetRow },
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
  'mirror.resume': {
    input: z.strictObject({
      id: z.string(),
      /** Of an import or export: where its disks are now, when not where they were; of an export the next disk. */
      folders: z.array(z.string()).default([]),
      /** Of an import that was refused: accept it all the same; what was accepted before stays so. */
      anyway: z.array(z.enum(['older', 'otherSite'])).default([]),
      /** Of an import: what to do from now on with segments that are missing or damaged; left out = as it was begun. */
      incomplete: z.enum(['refuse', 'wait', 'leaveOut']).optional(),
      wait: z.boolean().default(true),
    }),
    output: Run,
  },
  'mirror.cancel': { input: RunOnly, output: Run },
  /** A new run of the images that failed in this one. */
  'mirror.retry': {
    input: z.strictObject({
      id: z.string(),
      /** Of an import or export: where its disks are now, when not where they were. */
      folders: z.array(z.string()).default([]),
      wait: z.boolean().default(true),
    }),
    output: Started,
  },

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
      /** Further disks, mounted at the same time: each segment goes to the first with room. */
      also: z.array(z.string().min(1)).default([]),
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
      /** PEM text of the authority that signed its certificate; empty without TLS. */
      ca: z.string(),
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
