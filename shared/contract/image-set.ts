import { z } from 'zod';

/** A channel of OpenShift's update graph and the versions wanted of it. Without `from` and `to`: its head. */
export const ReleaseChannel = z.strictObject({
  name: z.string().min(1),
  /** `okd`: a channel of OKD, whose graph and signatures `okd` names. */
  type: z.enum(['ocp', 'okd']).default('ocp'),
  from: z.string().optional(),
  to: z.string().optional(),
  /** `all` versions of the range, or only those of the shortest update path from its first to its last. */
  path: z.enum(['all', 'shortest']).default('all'),
});

export const Architecture = z.enum(['amd64', 'arm64', 'ppc64le', 's390x', 'multi']);

/** The image from which an OpenShift Update Service serves the graph: it is made here, of a base image and graph data. */
export const GraphImageSet = z.strictObject({
  /** Any image with `/bin/bash` and `cp`; taken with the digest it has when the set is resolved. */
  base: z.string().min(1).default('registry.access.redhat.com/ubi9/ubi:latest'),
  /** Address or file of an archive (tar.gz) of graph data: channels, blocked edges, version of the format. */
  data: z.string().min(1).default('https://api.openshift.com/api/upgrades_info/graph-data'),
});

/** Where OKD's releases are told and signed; it has other places and keys than OpenShift. */
export const OkdPlaces = z.strictObject({
  /** A graph service (https://…) or a file with its JSON answer. */
  graph: z.string().min(1).default('https://origin-release.ci.openshift.org/graph'),
  /** As `signatures` of releases. */
  signatures: z
    .string()
    .min(1)
    .default('https://storage.googleapis.com/openshift-ci-release/releases/signatures/openshift/release'),
  /** As `keys` of releases; empty = those of OKD's build system since 2023, which come with the application. */
  keys: z.array(z.string().min(1)).default([]),
});

export const ReleaseSet = z.strictObject({
  /** A graph service (https://…) or a file with its JSON answer. */
  graph: z.string().min(1).default('https://api.openshift.com/api/upgrades_info/v1/graph'),
  /** Each architecture is a payload of its own; `multi` is the one for several. */
  architectures: z.array(Architecture).min(1).default(['amd64']),
  channels: z.array(ReleaseChannel).default([]),
  /** Release images named outright, by tag or digest. */
  images: z.array(z.string().min(1)).default([]),
  /** Components to take by name (`driver-toolkit`); empty = the whole payload. */
  components: z.array(z.string().min(1)).default([]),
  /** Where signatures lie: a base address or folder that holds `sha256=<hex>/signature-<n>`. Empty = the public one. */
  signatures: z.string().default(''),
  /** Armored OpenPGP public keys (text or file names) that sign releases; empty = the keys of Red Hat that come with the application. */
  keys: z.array(z.string().min(1)).default([]),
  /** What to do with a release without a valid signature. */
  unsigned: z.enum(['refuse', 'accept']).default('refuse'),
  /** For channels of the type `okd`; left out = the public places. */
  okd: OkdPlaces.optional(),
  /** Whether the disk image comes along from which hosted control planes boot KubeVirt machines (each release names its own). */
  kubevirt: z.boolean().default(false),
  /** Left out = none is made. */
  graphImage: GraphImageSet.optional(),
});

export const CatalogChannel = z.strictObject({
  name: z.string().min(1),
  from: z.string().optional(),
  to: z.string().optional(),
});

export const CatalogPackage = z.strictObject({
  name: z.string().min(1),
  /** Empty = the default channel. */
  channels: z.array(CatalogChannel).default([]),
  /** Range over the default channel; not together with `channels`. */
  from: z.string().optional(),
  to: z.string().optional(),
  defaultChannel: z.string().optional(),
});

export const CatalogSet = z.strictObject({
  image: z.string().min(1),
  /** Empty = every package's default channel head; `full` = everything. */
  packages: z.array(CatalogPackage).default([]),
  full: z.boolean().default(false),
  /** Whether packages that bundles require come too. */
  dependencies: z.boolean().default(true),
  /** Path and tag below the site's prefix; empty = from `image`. */
  target: z.string().default(''),
});

export const AdditionalImage = z.strictObject({
  name: z.string().min(1),
  /** `path[:tag]` below the site's prefix; empty = from `name`. */
  target: z.string().default(''),
});

export const KmmSet = z.strictObject({
  /** `openshift`: the two packages of a Red Hat catalog. `upstream`: the project's own images of that version. */
  flavour: z.enum(['openshift', 'upstream']).default('openshift'),
  /** openshift: the catalog image to take the packages from. */
  catalog: z.string().default(''),
  /** openshift: a channel (empty = default). upstream: the version, e.g. `v2.4.1`. */
  version: z.string().default(''),
});

export const ModuleSet = z.strictObject({
  /** YAML of a Module or ManagedClusterModule, or the name of a file that holds it. */
  manifest: z.string().min(1),
  /** Kernel releases, as `uname -r` prints them. */
  kernels: z.array(z.string().min(1)).min(1),
});

export const ChartSet = z.strictObject({
  /** Address of the repository (index.yaml below it), or a local chart (`.tgz` or folder) when `name` is empty. */
  repository: z.string().min(1),
  name: z.string().default(''),
  version: z.string().default(''),
  /** Further JSONPath-like places of image references in templates. */
  paths: z.array(z.string()).default([]),
});

/** What a field team wants at a site, by name. Its YAML is `kind: ImageSet` of `bastion.kmm/v1`. */
export const ImageSet = z.strictObject({
  apiVersion: z.literal('bastion.kmm/v1'),
  kind: z.literal('ImageSet'),
  name: z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/, 'lower-case letters, digits, - and ., at most 63'),
  releases: ReleaseSet.optional(),
  catalogs: z.array(CatalogSet).default([]),
  images: z.array(AdditionalImage).default([]),
  kmm: KmmSet.optional(),
  modules: z.array(ModuleSet).default([]),
  charts: z.array(ChartSet).default([]),
  /** Go RE2 expressions; an image whose source matches is left out. */
  blocked: z.array(z.string()).default([]),
  /** `os/architecture[/variant]` to take of multi-platform images; empty = all. */
  platforms: z.array(z.string().regex(/^[a-z0-9]+\/[a-z0-9_]+(\/[a-z0-9]+)?$/, 'os/architecture')).default([]),
});
export type ImageSet = z.output<typeof ImageSet>;

/** A remark on an image set, at a place in its YAML (lines and columns from 1). */
export const SetFinding = z.object({
  severity: z.enum(['error', 'warning', 'info']),
  /** Path of the field: `releases.channels.0.name`. */
  field: z.string(),
  message: z.string(),
  remedy: z.string(),
  line: z.int(),
  column: z.int(),
});
export type SetFinding = z.infer<typeof SetFinding>;
