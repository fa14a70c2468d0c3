import { maxSatisfying, parse, prerelease, rcompare, validRange } from 'semver';
import { fault } from '../../../shared/fault.ts';
import { nearest } from '../../../shared/rules/nearest.ts';
import type { ResolveEffects } from '../image-set/effects.ts';
import { below, isAddress } from '../image-set/fetch-place.ts';
import { readChartIndex } from './chart-index.ts';

/** Where a packed chart lies. */
export interface ChartPlace {
  /** Address, file or folder. */
  place: string;
  version: string;
  /** Of the archive, in hex, as the repository's index says; '' where it says nothing. */
  sha256: string;
}

/**
 * Looks a chart up in a repository's index.yaml (helm.sh, chart_repository.md). `version` is a version or a range; without one the highest
 * that is no pre-release is taken, as helm does. Ranges are npm's, which agree with helm's but for pre-releases (helm takes them only
 * where the range names one). Faults: chart.index, chart.unknown, chart.version, those of `fetch`.
 */
export async function findChart(
  chart: { repository: string; name: string; version: string },
  { fetch, signal }: ResolveEffects,
): Promise<ChartPlace> {
  const base = chart.repository.replace(/\/index\.yaml$/, '').replace(/\/+$/, '');
  const place = below(base, 'index.yaml');
  const text = (await fetch(place, { limit: 128 * 1024 * 1024, signal })).toString('utf8');
  const { names, entries } = readChartIndex(text, chart.name, place);
  if (!entries || entries.length === 0) {
    const meant = nearest(chart.name, names);
    const remedy = meant ? `Did you mean ${meant}?` : 'Look at what the repository holds (helm search repo).';
    throw fault('chart.unknown', `${base} has no chart ${chart.name}.`, remedy, { field: 'charts' });
  }
  const wanted = choose(
    entries.map((entry) => entry.version),
    chart.version,
  );
  const entry = entries.find(({ version }) => version === wanted);
  if (!entry)
    throw noVersion(
      chart,
      entries.map((each) => each.version),
    );
  const url = entry.urls[0] ?? `${chart.name}-${entry.version}.tgz`;
  const isWhole = /^[a-z][a-z0-9+.-]*:\/\//i.test(url);
  // Whoever runs a repository says nothing about files of this laptop.
  if (isWhole && isAddress(base) && !isAddress(url)) {
    const words = `${place} says that ${chart.name} ${entry.version} lies at ${url}, which is no address of the web.`;
    throw fault('chart.index', words, 'Take another version, or tell whoever runs the repository.', {
      field: 'charts',
    });
  }
  return {
    place: isWhole ? url : below(base, url),
    version: entry.version,
    sha256: entry.digest.replace(/^sha256:/, '').toLowerCase(),
  };
}

function choose(versions: readonly string[], wanted: string): string | undefined {
  const known = versions.filter((version) => parse(version));
  if (wanted === '')
    return known.filter((version) => prerelease(version) === null).sort(rcompare)[0] ?? known.sort(rcompare)[0];
  const bare = (version: string) => version.replace(/^v/, '');
  const same =
    versions.find((version) => version === wanted) ?? versions.find((version) => bare(version) === bare(wanted));
  if (same) return same;
  return validRange(wanted) === null ? undefined : (maxSatisfying(known, wanted) ?? undefined);
}

function noVersion({ name, version }: { name: string; version: string }, versions: readonly string[]) {
  const known = [...versions].filter((each) => parse(each)).sort(rcompare);
  const remedy = known[0] ? `The newest is ${known[0]}.` : 'Look at the repository.';
  return fault('chart.version', `The chart ${name} has no version ${version || 'at all'}.`, remedy, {
    field: 'charts',
    about: known,
  });
}
