import type { ReportModel } from '../../shared/contract/install.ts';
import { mirrorSection } from './html-mirror.ts';
import { daySection, figuresSection, headSection, notProvenSection, spokesSection } from './html-sections.ts';
import { reportStyle } from './html-style.ts';
import { html, literal } from './markup.ts';
import { grouped } from './milestones.ts';
import { loadCurve } from './svg-curve.ts';
import { milestoneChart } from './svg-milestones.ts';
import { dayTime } from './words.ts';

/** The report as one HTML file: no script, nothing loaded from elsewhere, every value escaped. */
export function reportHtml(model: ReportModel): string {
  const { title, hub, milestones, spokes, table } = model;
  const proven = spokes.flatMap(({ provenAt }) => (provenAt === null ? [] : [Date.parse(provenAt)]));
  const applied = milestones.find(({ name }) => name === 'Module applied')?.at;
  const from = applied ? Date.parse(applied) : Math.min(...proven);
  const style = reportStyle(title, hub, dayTime(model.writtenAt));
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="generator" content="KMM Bastion"><title>${title} on ${hub}</title><style>${literal(style)}</style></head>
<body><main>
${headSection(model)}
${daySection(model)}
${milestones.length === 0 ? html`` : html`<section class="keep"><h2>Milestones</h2>${milestoneChart(milestones)}</section>`}
${
  proven.length < 2
    ? html``
    : html`<section class="keep"><h2>Spokes with the module over time</h2><p class="lead">Counted at the time of proof, from ${applied ? 'the apply' : 'the first load'}. The dashed line is all ${grouped(table.operative)} operative spokes.</p>${loadCurve(proven, from, table.operative)}</section>`
}
${figuresSection(model)}
${notProvenSection(model)}
${mirrorSection(model)}
${spokesSection(model)}
<footer>Proven means: on every targeted node the spoke’s NodeModulesConfig names the wanted image, and its kernel and boot are those the node has now. All numbers are counted from the hub’s objects.</footer>
</main></body></html>
`;
  return page.markup;
}
