/** A small catalog in the shapes that published ones have: chains, skips, ranges, dependencies, deprecations, an unknown schema. */

interface BundleOptions {
  replaces?: string;
  skips?: string[];
  skipRange?: string;
  related?: { name: string; image: string }[];
  properties?: { type: string; value: unknown }[];
}

type Doc = Record<string, unknown>;
const hex = (seed: string) => Buffer.from(seed.padEnd(32, '.')).toString('hex').slice(0, 64);
/** A digest reference whose hex is made of `seed`. */
export const imageOf = (path: string, seed: string): string => `registry.example.com/${path}@sha256:${hex(seed)}`;

/** An olm.bundle document. */
export function bundle(owner: string, version: string, { related = [], properties = [] }: BundleOptions = {}): Doc {
  const name = `${owner}.v${version}`;
  return {
    schema: 'olm.bundle',
    name,
    package: owner,
    image: imageOf(`operators/${owner}-bundle`, name),
    properties: [{ type: 'olm.package', value: { packageName: owner, version } }, ...properties],
    relatedImages: [{ name: '', image: imageOf(`operators/${owner}-bundle`, name) }, ...related],
  };
}

/** An olm.channel document; an entry is a version, or a version with what it replaces. */
export function channel(owner: string, name: string, entries: (string | [string, BundleOptions])[]): Doc {
  return {
    schema: 'olm.channel',
    name,
    package: owner,
    entries: entries.map((entry) => {
      const [version, { replaces, skips, skipRange }] =
        typeof entry === 'string' ? [entry, {} as BundleOptions] : entry;
      return {
        name: `${owner}.v${version}`,
        ...(replaces && { replaces: `${owner}.v${replaces}` }),
        ...(skips && { skips: skips.map((one) => `${owner}.v${one}`) }),
        ...(skipRange && { skipRange }),
      };
    }),
  };
}

const versions = ['1.0.0', '1.1.0', '1.2.0', '2.0.0', '2.1.0'];

/** Package kmm: channels stable (1.0.0 … 2.1.0, one chain) and release-1 (to 1.2.0). It requires cert-tools and the kind Widget. */
export const kmm: Doc[] = [
  {
    schema: 'olm.package',
    name: 'kmm',
    defaultChannel: 'stable',
    description: 'modules',
    icon: { base64data: 'AA==' },
  },
  channel(
    'kmm',
    'stable',
    versions.map((version, at) => (at === 0 ? version : [version, { replaces: versions[at - 1]! }])),
  ),
  channel('kmm', 'release-1', [
    '1.0.0',
    ['1.1.0', { replaces: '1.0.0' }],
    ['1.2.0', { replaces: '1.0.0', skips: ['1.1.0'] }],
  ]),
  ...versions.map((version) =>
    bundle('kmm', version, {
      related: [
        { name: 'manager', image: imageOf('operators/kmm', version) },
        { name: 'empty', image: '' },
        { name: 'both', image: `registry.example.com/operators/proxy:v4.12@sha256:${hex('proxy')}` },
      ],
      properties: version.startsWith('2')
        ? [
            { type: 'olm.package.required', value: { packageName: 'cert-tools', versionRange: '>=1.0.0 <2.0.0' } },
            { type: 'olm.gvk.required', value: { group: 'example.com', version: 'v1', kind: 'Widget' } },
          ]
        : [],
    }),
  ),
  {
    schema: 'olm.deprecations',
    package: 'kmm',
    entries: [
      { reference: { schema: 'olm.channel', name: 'release-1' }, message: 'use stable' },
      { reference: { schema: 'olm.bundle', name: 'kmm.v1.0.0' }, message: 'too old' },
    ],
  },
];

/** cert-tools: its head 2.0.0 is too new for kmm; 1.5.0 is in channel v1, which is not the default. */
const certTools: Doc[] = [
  { schema: 'olm.package', name: 'cert-tools', defaultChannel: 'stable' },
  channel('cert-tools', 'stable', [['2.0.0', { replaces: '1.5.0' }], ['1.5.0', { replaces: '1.0.0' }], '1.0.0']),
  channel('cert-tools', 'v1', [['1.5.0', { replaces: '1.0.0' }], '1.0.0']),
  ...['1.0.0', '1.5.0', '2.0.0'].map((version) => bundle('cert-tools', version)),
];

/** widgets gives the kind Widget, and asks for what no one has. */
const widgets: Doc[] = [
  { schema: 'olm.package', name: 'widgets', defaultChannel: 'alpha' },
  channel('widgets', 'alpha', ['0.3.0']),
  bundle('widgets', '0.3.0', {
    properties: [
      { type: 'olm.gvk', value: { group: 'example.com', version: 'v1', kind: 'Widget' } },
      { type: 'olm.package.required', value: { packageName: 'not-here', versionRange: '>=1' } },
    ],
  }),
  { schema: 'example.com/notes', package: 'widgets', name: 'notes', text: 'kept "as it is" {' },
];

const json = (docs: Doc[]) => docs.map((doc) => JSON.stringify(doc, null, 4)).join('\n');

/** Its files by path: JSON, one in YAML with separators, and one that is ignored and broken. */
export const sampleFiles = (): Record<string, string> => ({
  'kmm/catalog.json': json(kmm),
  'cert-tools/index.yaml': `${certTools.map((doc) => `---\n${JSON.stringify(doc)}`).join('\n')}\n`,
  'widgets/catalog.json': json(widgets),
  'notes/README.md': 'no catalog at all: [',
  '.indexignore': '# texts\n*.md\n',
});

/** The files as a reader gives them. */
export async function* asFiles(files: Record<string, string>): AsyncGenerator<{ path: string; bytes: Buffer }> {
  for (const [path, text] of Object.entries(files)) yield { path, bytes: Buffer.from(text) };
}
