import type { OcMirrorSet } from './oc-mirror-schema.ts';

type Platform = NonNullable<OcMirrorSet['mirror']['platform']>;
type Operator = OcMirrorSet['mirror']['operators'][number];
type AdditionalImage = OcMirrorSet['mirror']['additionalImages'][number];
type Helm = NonNullable<OcMirrorSet['mirror']['helm']>;

const known = ['amd64', 'arm64', 'ppc64le', 's390x', 'multi'];

const range = ({ minVersion, maxVersion }: { minVersion: string; maxVersion: string }) => ({
  ...(minVersion && { from: minVersion }),
  ...(maxVersion && { to: maxVersion }),
});

/** `platform` of oc-mirror as our `releases`. */
export function releasesOf(platform: Platform, remarks: string[]): Record<string, unknown> | undefined {
  const { graph, channels, architectures, platforms, release, kubeVirtContainer } = platform;
  if (platforms.length > 0 && architectures.length > 0) {
    remarks.push(
      'platform.platforms and platform.architectures exclude each other: oc-mirror refuses this; architectures are taken.',
    );
  } else if (platforms.length > 0) {
    remarks.push('platform.platforms: the multi-architecture payload is taken with all its platforms.');
  }
  const strange = architectures.filter((architecture) => !known.includes(architecture));
  if (strange.length > 0)
    remarks.push(`platform.architectures: ${strange.join(', ')} is none of ${known.join(', ')}; left out.`);
  if (release && channels.length > 0)
    remarks.push('platform.release: oc-mirror takes it alone; the channels come too here.');
  if (channels.some(({ type }) => type === 'okd'))
    remarks.push(
      'platform.channels of OKD: its graph does not say which releases a channel has, so daily builds are taken only where the range begins or ends with one; signatures are checked with the key of OKD’s build system, where oc-mirror takes Red Hat’s unless its environment says otherwise.',
    );
  if (channels.length === 0 && !release && !graph) return undefined;
  const wanted =
    platforms.length > 0 && architectures.length === 0
      ? ['multi']
      : architectures.filter((each) => known.includes(each));
  if (channels.filter(({ type }) => type === 'ocp').length > 1)
    remarks.push('Several channels: what an update from the lowest to the highest version needs in between comes too.');
  return {
    ...(wanted.length > 0 && { architectures: wanted }),
    ...(channels.length > 0 && {
      channels: channels.map((channel) => channelOf(channel, remarks)),
    }),
    ...(release && { images: [release.replace(/^docker:\/\//, '')] }),
    ...(kubeVirtContainer && { kubevirt: true }),
    ...(graph && { graphImage: {} }),
  };
}

function channelOf(channel: Platform['channels'][number], remarks: string[]): Record<string, unknown> {
  const { name, type, full, shortestPath, minVersion, maxVersion } = channel;
  const toHead = !minVersion && !maxVersion;
  if (shortestPath && toHead && !full)
    remarks.push(`platform.channels ${name}: shortestPath has no effect on a channel's head alone.`);
  const whole = (full && toHead) || (!minVersion && maxVersion !== '');
  return {
    name,
    ...(type === 'okd' && { type }),
    // From the very first version of the channel, as oc-mirror does for `full` and for a range without its start.
    ...(whole && { from: '0.0.0' }),
    ...range(channel),
    ...(shortestPath && minVersion && { path: 'shortest' }),
  };
}

/** One of `operators` as one of our `catalogs`. */
export function catalogOf(operator: Operator, remarks: string[]): Record<string, unknown> {
  const { catalog, full, packages, targetCatalog, targetTag, targetCatalogSourceTemplate, skipDependencies } = operator;
  const image = catalog.replace(/^docker:\/\//, '');
  if (/^oci:/.test(catalog))
    remarks.push(`operators ${catalog}: a catalog in a folder can't be read; push it to a registry first.`);
  if (targetCatalogSourceTemplate)
    remarks.push(
      `operators ${catalog}: targetCatalogSourceTemplate is left out; the CatalogSource is shown before it is applied.`,
    );
  if (!skipDependencies)
    remarks.push(
      `operators ${catalog}: packages that others require come along here, which oc-mirror v2 does not do; dependencies: false ends that.`,
    );
  const whole = full && packages.length === 0;
  if (full && packages.length > 0)
    remarks.push(
      `operators ${catalog}: full with packages means all versions of their channels; name channels with from where the heads are not enough.`,
    );
  const path = targetCatalog || (targetTag ? pathOf(image) : '');
  const target = path && targetTag ? `${path}:${targetTag}` : path;
  return {
    image,
    ...(whole && { full: true }),
    ...(skipDependencies && { dependencies: false }),
    ...(target && { target }),
    ...(packages.length > 0 && {
      packages: packages.map(({ name, defaultChannel, channels, ...versions }) => ({
        name,
        ...range(versions),
        ...(defaultChannel && { defaultChannel }),
        ...(channels.length > 0 && {
          channels: channels.map((channel) => ({ name: channel.name, ...range(channel) })),
        }),
      })),
    }),
  };
}

/** The repository path of a reference, without host, tag and digest. */
const pathOf = (image: string): string =>
  image
    .replace(/@.*$/, '')
    .replace(/:[^/:]*$/, '')
    .replace(/^[^/]*[.:][^/]*\//, '');

/** One of `additionalImages`. */
export function imageOf({ name, targetRepo, targetTag }: AdditionalImage): Record<string, unknown> {
  const image = name.replace(/^docker:\/\//, '');
  const path = targetRepo || (targetTag ? pathOf(image) : '');
  const tag = targetTag || /:([^/:@]+)(@|$)/.exec(image)?.[1] || '';
  return { name: image, ...(path && { target: tag ? `${path}:${tag}` : path }) };
}

/** `helm` as our `charts`. */
export function chartsOf({ repositories, local }: Helm, remarks: string[]): Record<string, unknown>[] {
  const remote = repositories.flatMap(({ name, url, charts }) => {
    if (charts.length === 0)
      remarks.push(`helm repository ${name}: oc-mirror takes all its charts; name those you need.`);
    return charts.map((chart) => ({
      repository: url,
      name: chart.name,
      ...(chart.version && { version: chart.version }),
      ...(chart.imagePaths.length > 0 && { paths: chart.imagePaths }),
    }));
  });
  const here = local.map(({ path, name, imagePaths }) => {
    if (!path) remarks.push(`helm chart ${name}: it has no path; left as it is.`);
    return { repository: path || name, ...(imagePaths.length > 0 && { paths: imagePaths }) };
  });
  return [...remote, ...here];
}
