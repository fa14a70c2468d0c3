import { isoSeconds } from '../../shared/clock.ts';
import type { ReportModel } from '../../shared/contract/install.ts';
import type { ReportRows, Span } from './rows.ts';

export type Milestone = ReportModel['milestones'][number];

/** Whole numbers as people read them: 1,748. */
export const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

/** What happened when, in order, from the timeline and the rows; what was not seen is left out. Times are the hub's. */
export function milestones(
  rows: ReportRows,
  hub: string,
  module: string,
  counted: Pick<ReportModel, 'table' | 'firstLoadAt' | 'lastLoadAt'>,
): Milestone[] {
  const { table, firstLoadAt, lastLoadAt } = counted;
  const spans = rows.spans(hub, module);
  const delivery = rows.delivery(hub, module);
  const found: Milestone[] = [];
  const add = (at: string | null | undefined, name: string, sentence: string) => {
    if (at) found.push({ at, name, sentence });
  };
  const spoke = (event: string, span: Span | undefined, edge: 'first' | 'last') =>
    span ? rows.spokeAt(hub, module, event, span[edge]) : '';

  const pointed = spans.get('mirrorPointed');
  add(pointed?.last, 'Clusters pointed at the mirror', 'Hub and spokes were told to pull from the site registry.');
  add(spans.get('hubKmmOrdered')?.last, 'KMM ordered for the hub', 'The Subscription of KMM-Hub was applied.');
  add(spans.get('hubKmmInstalled')?.last, 'KMM on the hub', 'OLM reports KMM-Hub as installed.');
  add(spans.get('kmmOrdered')?.last, 'KMM ordered for the spokes', 'The install of KMM on the spokes was applied.');
  const kmm = spans.get('kmmInstalled');
  add(kmm?.first, 'KMM on the first spoke', `KMM reports from ${spoke('kmmInstalled', kmm, 'first')}.`);
  const all = table.kmmInstalled === table.operative;
  add(
    kmm && kmm.count > 1 ? kmm.last : undefined,
    all ? 'KMM on all spokes' : 'KMM on the last spoke so far',
    `KMM runs on ${grouped(table.kmmInstalled)} of ${grouped(table.operative)} operative spokes.`,
  );
  add(delivery?.started_at, 'Module applied', `${module} was applied${delivery?.way ? `, ${delivery.way}` : ''}.`);
  const started = spans.get('buildStarted');
  const ended = spans.get('buildEnded');
  add(started?.first, 'Build started', 'The hub started to build the kmod image.');
  add(ended?.last, ended && ended.count > 1 ? 'Last build ended' : 'Build ended', 'The kmod image is in the registry.');
  add(spans.get('buildFailed')?.last, 'Build failed', 'A build of the kmod image failed.');
  add(firstLoadAt, 'First load', `${module} is proven in the kernel of the first spoke.`);
  if (table.kmodDeployed > 1) {
    add(
      lastLoadAt,
      table.kmodDeployed === table.operative ? 'Loaded on all spokes' : 'Last load so far',
      `${module} is proven on ${grouped(table.kmodDeployed)} of ${grouped(table.operative)} operative spokes.`,
    );
  }
  if (delivery?.ended_at) {
    add(delivery.ended_at, `Delivery ${delivery.phase}`, `The delivery of ${module} ended: ${delivery.phase}.`);
  }
  arrived(rows, hub, found);
  // Stable: what has the same second keeps the order in which it was named.
  return found.sort((a, b) => a.at.localeCompare(b.at));
}

/** How long before the first step a connection still belongs to the same day's work, ms. */
const sameDay = 86_400_000;

/** The connection with which the day began: the last one before its first step. */
function arrived(rows: ReportRows, hub: string, found: Milestone[]): void {
  const first = found.map(({ at }) => at).sort()[0];
  if (first === undefined) return;
  const from = isoSeconds(Date.parse(first) - sameDay);
  const { last: connected } = rows.between(hub, 'hubConnected', from, first);
  if (connected === null) return;
  found.unshift({ at: connected, name: 'Hub connected', sentence: 'The application connected to the hub.' });
  // Reading a large fleet may go on while the first step is taken.
  const until = isoSeconds(Date.parse(first) + sameDay);
  const { first: synced } = rows.between(hub, 'hubSynced', connected, until);
  if (synced === null) return;
  found.splice(1, 0, {
    at: synced,
    name: 'Fleet in step',
    sentence: 'All that the hub shows of its fleet had been read.',
  });
}
