import { ImageSet } from '../../shared/contract/image-set.ts';
import type { Plan, PlanImage, Run, RunImage, SetRow, SiteRow, StoreImage } from '../../shared/contract/mirror.ts';
import type { Output } from '../../shared/contract.ts';
import { fault } from '../../shared/fault.ts';
import type { Script } from './transport.ts';

const now = () => new Date().toISOString();
const digest = (index: number) => `sha256:${index.toString(16).padStart(64, '0')}`;
const categories = ['release', 'component', 'catalog', 'operator', 'additional', 'kmm', 'kmod'] as const;
const nameOf = (index: number) => `registry.north.example:5000/openshift/release-images/part-${index}:4.12.6-x86_64`;

export const setYaml = `apiVersion: bastion.kmm/v1
kind: ImageSet
# What the northern sites need.
name: edge
images:
  - name: registry.north.example:5000/tools/support:1
`;

const parsedSet = ImageSet.parse({
  apiVersion: 'bastion.kmm/v1',
  kind: 'ImageSet',
  name: 'edge',
  releases: { channels: [{ name: 'stable-4.12', from: '4.12.3', to: '4.12.6' }] },
  kmm: {},
  catalogs: [{ image: 'registry.north.example:5000/index:v4.12', packages: [{ name: 'kernel-module-management' }] }],
  images: [{ name: 'registry.north.example:5000/tools/support:1' }],
});

export const scriptedSet = (part: Partial<SetRow> = {}): SetRow => ({
  name: 'edge',
  savedAt: now(),
  sentence: '4.12.3…4.12.6 (amd64), 2 packages, 3 images',
  images: 212,
  inStore: 208,
  plannedAt: now(),
  ...part,
});

export const scriptedRun = (part: Partial<Run> = {}): Run => ({
  id: 'r1',
  kind: 'pull',
  state: 'gaps',
  set: 'edge',
  place: '',
  images: 212,
  imagesDone: 210,
  imagesFailed: 2,
  bytes: 34_200_000_000,
  bytesDone: 33_900_000_000,
  bytesMoved: 1_200_000_000,
  bytesPerSecond: null,
  secondsLeft: null,
  startedAt: now(),
  endedAt: now(),
  sentence: '210 of 212 images are in the store; 2 are missing.',
  ...part,
});

export const scriptedSite = (part: Partial<SiteRow> = {}): SiteRow => ({
  id: 'north',
  name: 'North site',
  role: 'site',
  address: 'registry.north.example:5000/mirror',
  plainHttp: false,
  insecureTls: false,
  hasCa: true,
  user: 'bastion',
  health: 'warning',
  sentence: 'Usable; it keeps no sparse indexes, so whole indexes are pushed.',
  checkedAt: now(),
  certificateUntil: '2027-03-01T00:00:00Z',
  freeBytes: null,
  abilities: [
    { name: 'push', able: 'yes', detail: 'A blob was pushed and deleted again.' },
    { name: 'sparseIndex', able: 'no', detail: 'It refused an index with a missing manifest.' },
    { name: 'referrers', able: 'unknown', detail: 'Not answered; attachments go by tag.' },
  ],
  images: 208,
  verifiedAt: now(),
  ...part,
});

export const scriptedBundle = (part: Partial<Output<'mirror.inspectBundle'>> = {}): Output<'mirror.inspectBundle'> => ({
  id: '7f3c9a0b1d2e4f5061728394a5b6c7d8',
  parent: '',
  path: '/media/user/DISK1/bastion-7f3c9a0b',
  madeAt: now(),
  madeBy: 'bastion-a',
  key: 'k-ours',
  signature: 'ours',
  site: 'North site',
  images: 212,
  blobs: 1630,
  bytes: 34_200_000_000,
  segments: [
    { name: 'seg-0001', bytes: 4_187_593_113, state: 'present' },
    { name: 'seg-0002', bytes: 1_200_000_000, state: 'present' },
  ],
  sentence: 'Complete and signed by this laptop.',
  ...part,
});

const planImage = (index: number): PlanImage => ({
  name: nameOf(index),
  category: categories[index % categories.length] ?? 'release',
  digest: digest(index),
  target: `openshift/release-images/part-${index}:4.12.6-x86_64`,
  blobs: 7,
  bytes: 161_000_000,
  newBytes: index < 4 ? 161_000_000 : 0,
  hereBytes: index < 4 ? 0 : 161_000_000,
  siteBytes: null,
  ...(index === 1 && {
    fault: { code: 'image.unknown', message: 'The registry knows no such tag.', remedy: 'Look at the tag in the set.' },
  }),
});

const plan = (): Plan => ({
  id: 'p1',
  set: 'edge',
  site: '',
  madeAt: now(),
  images: 212,
  failed: 1,
  made: [],
  sentence: '212 images: 211 to fetch or here already, 1 that cannot be had.',
  blobs: 1630,
  bytes: 34_200_000_000,
  newBytes: 644_000_000,
  hereBytes: 33_556_000_000,
  siteBytes: null,
  freeBytes: 120_000_000_000,
  fits: true,
  bytesPerSecond: 41_000_000,
  seconds: 16,
  bySource: [{ registry: 'registry.north.example:5000', images: 212, newBytes: 644_000_000 }],
  gaps: [{ name: nameOf(1), reason: 'The registry knows no such tag.' }],
  warnings: [],
});

const runImage = (index: number): RunImage => ({
  name: nameOf(index),
  state: index < 2 ? 'failed' : 'done',
  bytes: 161_000_000,
  bytesDone: index < 2 ? 40_000_000 : 161_000_000,
  ...(index < 2 && {
    fault: {
      code: 'registry.forbidden',
      message: 'registry.north.example:5000 does not let user bastion read openshift/release-images.',
      remedy: 'Ask for the pull right on that repository, then retry.',
    },
  }),
});

const storeImage = (index: number): StoreImage => ({
  name: nameOf(index),
  digest: digest(index),
  category: categories[index % categories.length] ?? 'release',
  sets: ['edge'],
  bytes: 161_000_000,
  ownBytes: 12_000_000,
  pulledAt: now(),
});

function paged<T>(total: number, make: (index: number) => T, keep: (row: T) => boolean = () => true) {
  const all = Array.from({ length: total }, (_, index) => make(index)).filter(keep);
  return ({ offset, limit }: { offset: number; limit: number }) => ({
    total: all.length,
    rows: all.slice(offset, offset + limit),
  });
}

/** The mirror of a laptop that pulled a set with two gaps, wrote a bundle and knows one site. */
export function mirrorScript(): Script {
  return {
    'mirror.sets': () => ({ sets: [scriptedSet()] }),
    'mirror.set': ({ name }) => ({ name, yaml: setYaml }),
    'mirror.template': () => ({ yaml: setYaml }),
    'mirror.check': () => ({ findings: [], set: parsedSet, sentence: '1 image' }),
    'mirror.write': () => ({ yaml: setYaml }),
    'mirror.plan': plan,
    'mirror.planImages': ({ search, failed, ...page }) =>
      paged(212, planImage, (row) => row.name.includes(search) && (!failed || row.fault !== undefined))(page),
    'mirror.runs': () => ({ total: 1, runs: [scriptedRun()] }),
    'mirror.run': ({ id }) => {
      if (id !== 'r1') throw fault('run.unknown', `There is no run ${id}.`, 'Look at the history for its name.');
      return scriptedRun();
    },
    'mirror.runImages': ({ search, state, ...page }) =>
      paged(
        212,
        runImage,
        (row) => row.name.includes(search) && (state.length === 0 || state.includes(row.state)),
      )(page),
    'mirror.store': () => ({
      path: '/home/user/.kmm-bastion/images',
      bytes: 34_200_000_000,
      blobs: 1630,
      images: 208,
      partialBytes: 40_000_000,
      freeBytes: 120_000_000_000,
      totalBytes: 512_000_000_000,
      verifiedAt: now(),
      damaged: [],
    }),
    'mirror.images': ({ search, ...page }) => paged(208, storeImage, (row) => row.name.includes(search))(page),
    'mirror.prune': ({ dryRun }) => ({ dryRun, images: [nameOf(300)], blobs: 7, bytes: 161_000_000 }),
    'mirror.serving': () => ({ running: false, address: '', user: '', images: 0, tls: false, ca: '' }),
    'mirror.sites': () => ({ sites: [scriptedSite()] }),
    'mirror.checkSite': () => scriptedSite(),
    'mirror.bundles': () => ({ bundles: [scriptedBundle()] }),
    'mirror.inspectBundle': () => scriptedBundle(),
    'mirror.keys': () => ({
      keys: [{ id: 'k-ours', name: 'This laptop', publicKey: 'Zm9yIHRlc3RzIG9ubHkgbm90IGEga2V5', ours: true }],
    }),
    'mirror.resources': () => ({
      yaml: 'kind: ImageDigestMirrorSet\n',
      diffs: [
        {
          kind: 'ImageDigestMirrorSet',
          namespace: '',
          name: 'bastion-north',
          change: 'create',
          before: '',
          after: 'apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata:\n  name: bastion-north\n',
          conflicts: [],
        },
      ],
      total: 1,
      warnings: [],
      restarts: 'Every node takes new registry settings: machine pools restart their nodes one by one.',
      mayRestart: true,
    }),
    'mirror.history': () => ({
      total: 1,
      rows: [{ at: now(), what: 'pull', place: '', sentence: '210 images of edge came into the store.' }],
    }),
  };
}
