import { compare, parse, type SemVer } from 'semver';
import { fault } from '../../../shared/fault.ts';

/** A version as bundles carry it; undefined when it is none. Build metadata does not count. */
export const versionOf = (text: string): SemVer | undefined => parse(text, { loose: true }) ?? undefined;

export type Test = (version: SemVer) => boolean;

/** `1`, `1.2` or `1.2.3[-pre]`: its first version, and the first one behind it when it is not written out in full. */
function bounds(text: string): { first: SemVer; behind: SemVer | undefined } | undefined {
  const partial = /^v?(\d+)(?:\.(\d+))?$/.exec(text.trim());
  if (!partial) {
    const full = versionOf(text.trim());
    return full && { first: full, behind: undefined };
  }
  const [, major = '0', minor] = partial;
  const after = minor === undefined ? `${Number(major) + 1}.0.0-0` : `${major}.${Number(minor) + 1}.0-0`;
  const [first, behind] = [versionOf(`${major}.${minor ?? 0}.0-0`), versionOf(after)];
  return first && behind ? { first, behind } : undefined;
}

/**
 * The test of a range of an image set, both ends inclusive; `1.2` as an end means all of 1.2, pre-releases too. Pre-releases
 * are ordered like any version, as OLM does. Fault: catalog.range, naming the field below `field`.
 */
export function betweenVersions(from: string | undefined, to: string | undefined, field: string): Test {
  const read = (text: string | undefined, end: 'from' | 'to') => {
    if (text === undefined || text === '') return undefined;
    const read = bounds(text);
    if (read) return read;
    throw fault('catalog.range', `"${text}" is no version.`, 'Write it as 1.2.3, or as 1.2 for all of it.', {
      field: `${field}.${end}`,
    });
  };
  const [low, high] = [read(from, 'from'), read(to, 'to')];
  if (low && high && compare(low.first, high.behind ?? high.first) > 0) {
    throw fault('catalog.range', `The range ends (${to}) before it begins (${from}).`, 'Exchange from and to.', {
      field: `${field}.to`,
    });
  }
  return (version) =>
    (!low || compare(version, low.first) >= 0) &&
    (!high || (high.behind ? compare(version, high.behind) < 0 : compare(version, high.first) <= 0));
}

const term = /^(>=|<=|!=|==|>|<|=|!)?\s*v?(.+)$/;

/**
 * The test of a range as bundles write it (blang/semver ranges: `>=1.0.0 <2.0.0 || 3.x`, terms joined by blanks); undefined when
 * it can't be read. An empty one takes every version.
 */
export function olmRange(text: string): Test | undefined {
  const alternatives: Test[] = [];
  for (const part of text.split('||')) {
    // Blanks between an operator and its version do not part terms.
    const words = part
      .trim()
      .replace(/([<>=!])\s+/g, '$1')
      .split(/[\s,]+/)
      .filter(Boolean);
    const tests = words.map(termTest);
    if (tests.some((one) => one === undefined)) return undefined;
    alternatives.push((version) => tests.every((one) => one?.(version)));
  }
  return (version) => alternatives.some((one) => one(version));
}

function termTest(text: string): Test | undefined {
  const [, operator = '=', rest = ''] = term.exec(text) ?? [];
  if (/^[xX*]$/.test(rest)) return () => true;
  const wild = rest.replace(/(\.[xX*])+$/, '');
  const read = bounds(wild);
  if (!read) return undefined;
  const { first, behind } = read;
  const below: Test = (version) => compare(version, first) < 0;
  const above: Test = (version) => (behind ? compare(version, behind) >= 0 : compare(version, first) > 0);
  const within: Test = (version) => !below(version) && !above(version);
  switch (operator) {
    case '>':
      return above;
    case '>=':
      return (version) => !below(version);
    case '<':
      return below;
    case '<=':
      return (version) => !above(version);
    case '!':
    case '!=':
      return (version) => !within(version);
    default:
      return within;
  }
}
