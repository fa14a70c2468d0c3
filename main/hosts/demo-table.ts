import type { Output } from '../../shared/contract.ts';
import { countText } from '../../shared/rules/amount-text.ts';

/** The table of the day and its milestones, for a terminal. All figures come from the report, which counted them. */
export function dayTable(
  report: Output<'reports.summary'>,
  files: readonly { path: string }[],
  wallSeconds: number,
): string {
  const { table, milestones, builds, buildSeconds, firstLoadAt, lastLoadAt, notProven } = report;
  const heads = ['Potential', 'Not working', 'Operative', 'KMM installed', 'KMOD deployed'];
  const values = [table.potential, table.notWorking, table.operative, table.kmmInstalled, table.kmodDeployed].map(
    String,
  );
  const rule = heads.map((head) => '─'.repeat(head.length + 2));
  const row = (cells: readonly string[], pad: 'padEnd' | 'padStart') =>
    `│${cells.map((cell, at) => ` ${cell[pad](heads[at]?.length ?? 0)} `).join('│')}│`;
  const width = Math.max(0, ...milestones.map(({ name }) => name.length));
  return [
    '',
    'Milestones (the hub’s clock)',
    ...milestones.map(({ at, name, sentence }) => `  ${at}  ${name.padEnd(width)}  ${sentence}`),
    '',
    `┌${rule.join('┬')}┐`,
    row(heads, 'padEnd'),
    `├${rule.join('┼')}┤`,
    row(values, 'padStart'),
    `└${rule.join('┴')}┘`,
    '',
    `Builds: ${builds}${buildSeconds === null ? '' : `, ${buildSeconds} s`}.  First load: ${firstLoadAt ?? 'none'}.  Last load: ${lastLoadAt ?? 'none'}.`,
    ...notProven.map(
      ({ reason, count, spokes }) =>
        `Not proven: ${count} × ${reason} (${spokes.slice(0, 5).join(', ')}${count > 5 ? ', …' : ''})`,
    ),
    ...report.mirror.map(
      ({ site, address, images, verifiedAt, bundles, pointed }) =>
        `Mirror: ${countText(images, 'image')} at ${site} (${address})${verifiedAt ? ', all pullable' : ''}; ${countText(bundles.length, 'bundle')} read. ${pointed.length > 0 ? pointed.map(({ sentence }) => sentence).join(' ') : 'No cluster is told of it.'}`,
    ),
    ...files.map(({ path }) => `Report: ${path}`),
    `Wall time: ${wallSeconds} s.`,
    '',
  ].join('\n');
}
