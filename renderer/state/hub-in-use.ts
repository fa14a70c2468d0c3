import type { Output } from '../../shared/contract.ts';

type Hub = Output<'hubs.list'>['hubs'][number];
const key = 'kmm-bastion.hub';

/** The hub a page is about: the one in the link, else the one used last, else a connected one, else the first. */
export function chooseHub(hubs: readonly Hub[], wanted: string, last: string): Hub | undefined {
  if (wanted !== '') return hubs.find(({ id }) => id === wanted);
  return (
    hubs.find(({ id }) => id === last) ?? hubs.find(({ phase }) => phase === 'live' || phase === 'syncing') ?? hubs[0]
  );
}

/** Remembers the hub in use for the next start; a window without storage simply forgets. */
export function rememberHub(id: string): void {
  try {
    localStorage.setItem(key, id);
  } catch {}
}

/** The hub used last, or ''. */
export function lastHub(): string {
  try {
    return localStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}
