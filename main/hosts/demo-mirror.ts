import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Transport } from '../../shared/contract.ts';
import { fault } from '../../shared/fault.ts';
import { caller } from './cli-connect.ts';

/** What the mirror's part of the day came to. */
export interface MirrorDay {
  images: number;
  bundle: string;
  bundleBytes: number;
  files: number;
  /** Every tag and digest could be pulled at the site. */
  verified: boolean;
  /** Images that did not make it, over all steps. */
  gaps: number;
  /** Objects applied on the hub and for the spokes. */
  applied: { hub: number; spokes: number };
  /** Name of the CatalogSource that serves the mirrored catalog; '' = none. */
  catalogSource: string;
  /** Bytes the same bundle would need again after the site acknowledged it. */
  deltaBytes: number;
}

const megabytes = (bytes: number) => `${(bytes / 1_000_000).toFixed(1)} MB`;

/**
 * From the connected side over a disk into the site registry, onto the clusters. Two laptops take part, each with a home of its own:
 * `office` is connected and has no hub, `field` stands at the site. Nothing but the bundle and the inventory passes between them.
 */
export async function mirrorDay(
  { office, field }: { office: Transport; field: Transport },
  { hub, home, tell }: { hub: string; home: string; tell: (line: string) => void },
): Promise<MirrorDay> {
  const at = caller(office);
  const on = caller(field);
  const disk = join(home, 'disk');
  rmSync(disk, { recursive: true, force: true });
  mkdirSync(disk, { recursive: true });

  const { set, site: practiceSite } = await at('mirror.practice', {});
  for (const laptop of [at, on]) await forgetOldPractice(laptop);
  const plan = await at('mirror.plan', { set });
  tell(
    `Mirror: ${plan.images} images of the connected side, ${megabytes(plan.newBytes)} to fetch; nothing written yet.`,
  );
  const pull = (await at('mirror.pull', { set })).run;
  tell(`Mirror: pulled. ${pull.sentence}`);
  const sites = (await at('mirror.sites', {})).sites;
  const there = sites.find(({ id }) => id === practiceSite);
  if (!there) throw fault('internal', 'The practice site is not known.', 'Report this.');

  const written = (await at('mirror.export', { folder: disk, segmentBytes: 1_048_576 })).run;
  const bundle = (await at('mirror.bundles', {})).bundles[0];
  tell(`Mirror: on the disk. ${written.sentence}`);

  // The two keys were read out over the phone.
  const keyOf = async (call: typeof at) =>
    (await call('mirror.keys', {})).keys.find((key) => key.ours)?.publicKey ?? '';
  await on('mirror.trust', { name: 'Office', publicKey: await keyOf(at) });
  await at('mirror.trust', { name: 'Site laptop', publicKey: await keyOf(on) });
  const { name, address } = there;
  const known = (await on('mirror.sites', {})).sites.find((site) => site.name === name);
  const site = known
    ? await on('mirror.editSite', { id: known.id, address })
    : await on('mirror.addSite', { name, address, plainHttp: true });
  const brought = (await on('mirror.import', { folders: [disk], anyway: ['older'] })).run;
  tell(`Mirror: at the site. ${brought.sentence}`);
  await on('mirror.checkSite', { id: site.id });
  const pushed = (await on('mirror.push', { site: site.id })).run;
  const checked = await on('mirror.verifySite', { id: site.id });
  tell(`Mirror: in the site registry. ${pushed.sentence} ${checked.sentence}`);

  const applied = { hub: 0, spokes: 0 };
  const { diffs } = await on('mirror.resources', { site: site.id, hub, where: 'hub' });
  const catalogSource = diffs.find(({ kind }) => kind === 'CatalogSource')?.name ?? '';
  for (const where of ['hub', 'spokes'] as const) {
    const result = await on('mirror.applyResources', { site: site.id, hub, where });
    applied[where] = result.applied;
    tell(`Mirror: ${where === 'hub' ? 'the hub' : 'the spokes'}: ${result.sentence}`);
  }

  // Back home: what the site has need not travel again.
  const receipt = await on('mirror.inventory', { folder: disk });
  await at('mirror.acknowledge', { path: receipt.path });
  const delta = await at('mirror.export', { folder: disk, since: 'inventory', inventory: receipt.path });
  const again = (await at('mirror.bundles', {})).bundles.find(({ id }) => id !== bundle?.id);
  tell(`Mirror: acknowledged; a second bundle would carry ${again?.blobs ?? 0} blobs. ${delta.run.imagesFailed} gaps.`);
  return {
    images: checked.images,
    bundle: bundle?.id ?? '',
    bundleBytes: bundle?.bytes ?? 0,
    files: bundle?.segments.length ?? 0,
    verified: checked.images > 0 && checked.missing.length === 0,
    gaps: pull.imagesFailed + written.imagesFailed + brought.imagesFailed + pushed.imagesFailed,
    applied,
    catalogSource,
    deltaBytes: again?.bytes ?? 0,
  };
}

/** Images of an earlier practice: its connected side had another port, so their names mean nothing any more. */
async function forgetOldPractice(call: ReturnType<typeof caller>): Promise<void> {
  for (;;) {
    const { rows } = await call('mirror.images', { search: '127.0.0.1:', limit: 500 });
    const names = rows.map(({ name }) => name).filter((name) => name.startsWith('127.0.0.1:'));
    if (names.length === 0) return;
    await call('mirror.prune', { names, dryRun: false });
  }
}
