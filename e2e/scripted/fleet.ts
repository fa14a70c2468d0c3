import type { Availability, FleetFilter, LoadState, SpokeRow } from '../../shared/contract/fleet.ts';

export const kernelA = '4.18.0-372.43.1.el8_6.x86_64';
export const kernelB = '4.18.0-372.46.1.el8_6.x86_64';
const loads: LoadState[] = [
  'proven',
  'proven',
  'proven',
  'loading',
  'waiting',
  'staleBoot',
  'failed',
  'claimed',
  'unknown',
];

/** A fleet of `size` spokes with every state in it, always the same; the second one has a hostile name in its reason and labels. */
export function makeFleet(size: number): SpokeRow[] {
  return Array.from({ length: size }, (_, index): SpokeRow => {
    const broken = index % 251 === 7;
    const availability: Availability = broken ? (index % 2 === 0 ? 'unavailable' : 'unknown') : 'available';
    const state = index < 20 ? (loads[index % loads.length] ?? 'proven') : broken ? 'unknown' : 'proven';
    const kernel = index % 9 === 0 ? kernelB : kernelA;
    return {
      name: `sno-${String(index + 1).padStart(5, '0')}`,
      availability,
      operative: !broken,
      reason: broken
        ? 'No lease for 11 min: the registration agent is silent'
        : index === 1
          ? '<img src=x onerror=alert(1)>'
          : '',
      openshift: index % 9 === 0 ? '4.12.6' : '4.12.3',
      kubernetes: 'v1.25.4+77bec7a',
      kernels: [kernel],
      claimsCut: false,
      kmm: broken ? 'unknown' : index % 40 === 3 ? 'installing' : 'installed',
      load: state,
      modules: [
        { module: 'kmm-kmod', state, reason: state === 'failed' ? 'The image has no module for this kernel' : '' },
      ],
      nodes: 1,
      since: '2026-11-22T18:54:43Z',
    };
  });
}

/** The rows a filter leaves, as far as the screens under test ask. */
export function filterFleet(fleet: readonly SpokeRow[], filter: FleetFilter): SpokeRow[] {
  const any = (list: readonly string[], value: string) => list.length === 0 || list.includes(value);
  return fleet.filter(
    (row) =>
      row.name.includes(filter.search) &&
      any(filter.availability, row.availability) &&
      any(filter.openshift, row.openshift) &&
      any(filter.load, row.load) &&
      (filter.kernel.length === 0 || row.kernels.some((kernel) => filter.kernel.includes(kernel))) &&
      (filter.operative === undefined || row.operative === filter.operative),
  );
}

/** How many rows have each value. */
export function tally(values: readonly string[]): { value: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count);
}
