import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Clock, isoSeconds } from '../../../shared/clock.ts';
import type { Run } from '../../../shared/contract/mirror.ts';
import type { Handlers } from '../../../shared/contract.ts';
import { fault } from '../../../shared/fault.ts';
import type { Runs } from '../../store/runs.ts';
import type { SiteRecord } from '../../store/sites.ts';
import { checkFolders } from '../bundle/export-state.ts';
import { noInventory } from '../bundle/inventory.ts';
import type { Runner } from './runner.ts';

type RunCall =
  | 'mirror.pull'
  | 'mirror.push'
  | 'mirror.export'
  | 'mirror.import'
  | 'mirror.verify'
  | 'mirror.runs'
  | 'mirror.run'
  | 'mirror.runImages'
  | 'mirror.pause'
  | 'mirror.resume'
  | 'mirror.cancel'
  | 'mirror.retry';

/**
 * Commands that start long work, and what can be asked and done while it runs. Folders are kept as full paths: a run may be gone on
 * with from another place.
 */
export function createRunsPart(deps: {
  runner: Runner;
  runs: Runs;
  sites: { get(id: string): SiteRecord };
  /** Faults set.unknown and set.invalid, before a run begins. */
  setsRead: (name: string) => unknown;
  clock: Clock;
}): { handlers: Pick<Handlers, RunCall> } {
  const { runner, runs, sites, setsRead, clock } = deps;
  return {
    handlers: {
      async 'mirror.pull'({ set, wait }) {
        setsRead(set);
        return { run: await runner.start('pull', { set, place: '' }, { set }, wait) };
      },
      async 'mirror.push'({ site, set, wait }) {
        const { name, role } = sites.get(site);
        if (role === 'source') {
          throw fault(
            'site.source',
            `${name} is a registry that images come from.`,
            `Push to the registry of a site; if this one is meant, give it that role: \`cli mirror editSite --id ${site} --role site\`.`,
            { field: 'site' },
          );
        }
        return { run: await runner.start('push', { set, place: site }, { site, set }, wait) };
      },
      async 'mirror.export'({ wait, ...input }) {
        if (input.site !== '') sites.get(input.site);
        // The same time at a resume: it is the same bundle then.
        const folder = resolve(input.folder);
        const also = input.also.map((each) => resolve(each));
        // Known at once: no run is made of a disk that is not plugged in.
        await checkFolders([folder]);
        if (also.length > 0) await checkFolders(also, 'also');
        checkInventory(input);
        const inventory = input.inventory && resolve(input.inventory);
        const asked = { ...input, folder, also, inventory, madeAt: isoSeconds(clock.now()) };
        const set = input.sets.join(', ');
        return { run: await runner.start('export', { set, place: [folder, ...also].join(', ') }, asked, wait) };
      },
      async 'mirror.import'({ wait, ...input }) {
        const folders = input.folders.map((folder) => resolve(folder));
        const asked = { ...input, folders };
        return { run: await runner.start('import', { set: '', place: folders.join(', ') }, asked, wait) };
      },
      async 'mirror.verify'({ wait }) {
        return { run: await runner.start('verify', { set: '', place: '' }, {}, wait) };
      },
      'mirror.runs': ({ offset, limit }) => {
        const { total, runs: page } = runs.page(offset, limit);
        return { total, runs: page.map(({ id }) => runner.get(id)) };
      },
      'mirror.run': ({ id }) => runner.get(id),
      'mirror.runImages'(asked) {
        // Fault run.unknown.
        runner.get(asked.id);
        return runs.images(asked);
      },
      'mirror.pause': ({ id }) => runner.pause(id),
      'mirror.resume'({ id, folders, anyway, incomplete, wait }) {
        const { kind } = runner.get(id);
        if (anyway.length > 0 && kind !== 'import') {
          throw fault('input.invalid', 'Only an import refuses a bundle.', 'Leave it away.', { field: 'anyway' });
        }
        if (incomplete !== undefined && kind !== 'import') {
          throw fault('input.invalid', 'Only an import can be incomplete.', 'Leave it away.', { field: 'incomplete' });
        }
        const before = (runs.get(id)?.input['anyway'] ?? []) as string[];
        return runner.resume(id, wait, {
          ...disksNow(kind, folders),
          ...(anyway.length > 0 && { anyway: [...new Set([...before, ...anyway])] }),
          ...(incomplete !== undefined && { incomplete }),
        });
      },
      'mirror.cancel': ({ id }) => runner.cancel(id),
      async 'mirror.retry'({ id, folders, wait }) {
        const change = disksNow(runner.get(id).kind, folders);
        const place = folders.length > 0 ? folders.map((folder) => resolve(folder)).join(', ') : undefined;
        return { run: await runner.retry(id, wait, change, place) };
      },
    },
  };
}

/** What is wrong with it no later resume could correct: no run is made of it. */
function checkInventory({ since, inventory }: { since: string; inventory: string }): void {
  if (since === 'inventory' && inventory === '') {
    const remedy = 'Name the file that came back from the site: `--inventory FILE`.';
    throw fault('input.invalid', 'No inventory is named.', remedy, { field: 'inventory' });
  }
  if (since !== 'inventory' && inventory !== '') {
    const remedy = 'Add `--since inventory` to leave out what that file lists, or take the inventory away.';
    throw fault('input.invalid', `An inventory is named, but this export is ${since}.`, remedy, { field: 'since' });
  }
  if (since === 'inventory' && !statSync(inventory, { throwIfNoEntry: false })?.isFile())
    throw noInventory(inventory, 'inventory');
}

/** What is different in a run's input when its disks have other folders now. */
function disksNow(kind: Run['kind'], given: readonly string[]): Record<string, unknown> {
  if (given.length === 0) return {};
  const folders = given.map((folder) => resolve(folder));
  if (kind === 'import') return { folders };
  if (kind === 'export') return { folder: folders[0], also: folders.slice(1) };
  throw fault('input.invalid', 'Only an export and an import have disks to name.', 'Leave the folders away.', {
    field: 'folders',
  });
}
