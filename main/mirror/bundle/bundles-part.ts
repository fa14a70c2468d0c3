import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Clock, isoSeconds } from '../../../shared/clock.ts';
import type { BundleSummary } from '../../../shared/contract/mirror.ts';
import type { Emit, Handlers } from '../../../shared/contract.ts';
import { fault } from '../../../shared/fault.ts';
import { countText } from '../../../shared/rules/amount-text.ts';
import { needsOf } from '../../images/content/needs.ts';
import type { ContentStore, Digest } from '../../images/types.ts';
import type { BundleRecord, BundleRecords } from '../../store/bundles.ts';
import type { MirrorEvents } from '../../store/mirror-events.ts';
import type { Sites } from '../../store/sites.ts';
import { setFileRoots } from '../content/set-files.ts';
import type { MirrorImage } from '../types.ts';
import { bundleDiskFault } from './disk-fault.ts';
import { writeDurably } from './durable.ts';
import { inspectBundle } from './inspect.ts';
import { readInventory, writeInventory } from './inventory.ts';
import type { createTrust } from './trust.ts';

type BundleCall = 'mirror.inspectBundle' | 'mirror.inventory' | 'mirror.acknowledge' | 'mirror.bundles';

/** What a bundle is before it is brought in, and what goes back to where it came from. */
export function createBundlesPart(deps: {
  content: () => Promise<ContentStore>;
  records: BundleRecords;
  sites: Sites;
  events: MirrorEvents;
  trust: ReturnType<typeof createTrust>;
  /** Folder for inventories that sites sent. */
  folder: string;
  madeBy: string;
  clock: Clock;
  emit: Emit;
}): { handlers: Pick<Handlers, BundleCall> } {
  const { content, records, sites, events, trust, folder, madeBy, clock, emit } = deps;
  const now = () => isoSeconds(clock.now());

  /** Digests a site's registry holds, as far as they are known here: those of the images pushed to it. */
  async function atSite(id: string): Promise<Digest[]> {
    const store = await content();
    const digests = new Set<Digest>();
    for (const row of sites.images(id).filter(({ missing }) => missing === 0)) {
      const image = JSON.parse(row.image_json) as MirrorImage;
      // What was pushed counts: the store may have a newer one by now, or none any more.
      const pushed = row.digest as Digest;
      if (!store.has(pushed)) continue;
      const attached = image.attached.filter(({ digest }) => store.has(digest));
      const { here, missing } = await needsOf(store, [{ digest: pushed, mediaType: '' }, ...attached]);
      for (const digest of here.keys()) digests.add(digest);
      // A manifest was pushed with its blobs, but an index not with each of its platforms.
      for (const [digest, { manifest }] of missing) if (!manifest) digests.add(digest);
    }
    // Files of sets do not lie in the registry as a set has them: they are at the site on this laptop.
    for (const { descriptor } of setFileRoots(store)) {
      for (const digest of (await needsOf(store, [descriptor])).here.keys()) digests.add(digest);
    }
    return [...digests];
  }
  const view = (row: BundleRecord): BundleSummary => {
    const facts = JSON.parse(row.facts_json) as BundleSummary & { whole?: boolean };
    const became =
      row.direction === 'in'
        ? `Brought in ${row.at}${facts.whole === false ? ', with gaps' : ''}.`
        : row.acknowledged_at
          ? `Written ${row.at}; acknowledged by the site ${row.acknowledged_at}.`
          : `Written ${row.at}; not acknowledged yet.`;
    return { ...facts, sentence: became };
  };

  return {
    handlers: {
      'mirror.inspectBundle': ({ folders, check }) => inspectBundle(folders, { check, trusted: trust.trusted() }),
      async 'mirror.inventory'({ folder: into, site }) {
        if (site !== '' && !sites.get(site)) throw unknownSite(site);
        const store = await content();
        const acknowledges = records
          .imported()
          .filter(({ facts_json }) => (JSON.parse(facts_json) as { whole?: boolean }).whole === true)
          .map(({ id }) => id);
        // Of a laptop that works for several sites its store is the inventory of none of them.
        const served = sites.all().filter(({ role }) => role === 'site');
        const place = site || (served.length === 1 ? served[0]!.id : '');
        const digests = site === '' ? store.digests() : await atSite(site);
        const written = await writeInventory({
          folder: resolve(into),
          inventory: { site: place, madeAt: now(), madeBy, acknowledges, digests },
          key: trust.key(),
        });
        const sentence = `Inventory of ${countText(written.digests, 'blob')} written; it acknowledges ${countText(acknowledges.length, 'bundle')}.`;
        events.add({ at: now(), what: 'inventory', place: written.path, sentence });
        emit('mirror.changed', { what: 'bundles', id: '' });
        return { ...written, acknowledges };
      },
      async 'mirror.acknowledge'({ path }) {
        const inventory = await readInventory(path, trust.trusted());
        // Our own copy: the disk it came on goes back. Nothing counts as acknowledged before that is safe.
        const slug = inventory.site.replace(/[^A-Za-z0-9._-]+/g, '-') || 'any';
        const kept = join(folder, `${slug}.inv`);
        const newer = records.inventory(inventory.site);
        const late = newer !== undefined && newer.at > inventory.madeAt;
        if (!late) {
          try {
            mkdirSync(folder, { recursive: true, mode: 0o700 });
            await writeDurably(kept, await readFile(path));
          } catch (error) {
            throw bundleDiskFault(error, folder);
          }
        }
        const ours = inventory.acknowledges.filter((id) => records.acknowledge(id, now()));
        // What was pruned at the site since an older one was written would be missing in a delta against it.
        if (!late) {
          records.putInventory({
            ...{ site: inventory.site, at: inventory.madeAt, path: kept, digests: inventory.digests.size },
            acknowledges_json: JSON.stringify(inventory.acknowledges),
          });
        }
        const has = `${inventory.site || 'The site'} ${late ? 'had' : 'has'} ${countText(inventory.digests.size, 'blob')} and acknowledges ${ours.length} of our bundles.`;
        const sentence = late
          ? `${has} This inventory is of ${inventory.madeAt}; the newer one of ${newer.at} stays what deltas build on.`
          : has;
        events.add({ at: now(), what: 'acknowledge', place: path, sentence });
        emit('mirror.changed', { what: 'bundles', id: '' });
        return { site: inventory.site, bundles: ours, digests: inventory.digests.size, sentence };
      },
      'mirror.bundles': () => ({ bundles: records.all().map(view) }),
    },
  };
}

export const unknownSite = (id: string) =>
  fault('site.unknown', `There is no registry ${id}.`, 'See `cli mirror sites`, or add it.', { field: 'site' });
