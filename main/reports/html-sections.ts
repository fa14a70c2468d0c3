import type { ReportModel } from '../../shared/contract/install.ts';
import { html, type Markup } from './markup.ts';
import { grouped } from './milestones.ts';
import { clockTime, dayTime, duration, stateWords } from './words.ts';

/** Per-spoke lines that a browser still opens with ease; beyond it only what needs a look is listed. */
const mostLines = 5000;

export function headSection(model: ReportModel): Markup {
  const { hub, server, module, image, way, writtenAt, dataFrom, practice } = model;
  const facts: [string, string][] = [
    ['Hub', `${hub} (${server})`],
    ['Module', module],
    ['Image', image || 'not known yet'],
    ['Delivery', way === '' ? 'not by this application' : way],
    ['Written', `${dayTime(writtenAt)} UTC, the hub’s clock`],
    ['Data from', dataFrom === writtenAt ? 'the same time' : `${dayTime(dataFrom)} UTC`],
  ];
  return html`<header><p class="over">KMM Bastion report</p><h1>${model.title}</h1>
${practice ? html`<p><span class="practice">Practice hub: these are not real clusters</span></p>` : html``}
<dl class="facts">${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl></header>`;
}

export function daySection({ table, states }: ReportModel): Markup {
  const { potential, notWorking, operative, kmmInstalled, kmodDeployed } = table;
  const share = operative === 0 ? 0 : (kmodDeployed / operative) * 100;
  const all = operative > 0 && kmodDeployed === operative;
  const words = Object.entries(states).map(
    ([state, n]) => `${grouped(n)} ${(stateWords[state] ?? state).toLowerCase()}`,
  );
  return html`<section class="keep" aria-label="The table of the day"><table class="day"><thead><tr><th scope="col">Potential</th><th scope="col">Not working</th>
<th scope="col">Operative</th><th scope="col">KMM installed</th><th scope="col">KMOD deployed</th></tr></thead>
<tbody><tr><td>${grouped(potential)}</td><td class="${notWorking > 0 ? 'bad' : ''}">${grouped(notWorking)}</td><td>${grouped(operative)}</td>
<td class="${kmmInstalled === operative ? 'good' : ''}">${grouped(kmmInstalled)}</td><td class="${all ? 'good' : ''}">${grouped(kmodDeployed)}</td></tr></tbody></table>
<div class="meter" aria-hidden="true"><div style="width:${share.toFixed(2)}%"></div></div>
<p class="lead">Proven in the kernel of ${grouped(kmodDeployed)} of ${grouped(operative)} operative spokes (${percent(kmodDeployed, operative)}). ${
    words.length > 0 ? `Of the targeted spokes: ${words.join(', ')}.` : 'No spoke is targeted.'
  }</p></section>`;
}

/** Never rounds up to 100 %. */
function percent(part: number, whole: number): string {
  if (whole === 0) return 'none there';
  return part === whole ? '100 %' : `${Math.min(99.9, Math.floor((part / whole) * 1000) / 10)} %`;
}

export function figuresSection({ builds, buildSeconds, firstLoadAt, lastLoadAt, durations }: ReportModel): Markup {
  const seen = durations.filter(({ values }) => values.count > 0);
  const facts: [string, string][] = [
    [
      'Image builds',
      builds === 0 ? 'none seen' : `${builds}${buildSeconds === null ? '' : `, ${duration(buildSeconds)}`}`,
    ],
    ['First load', firstLoadAt === null ? 'none yet' : `${dayTime(firstLoadAt)} UTC`],
    ['Last load', lastLoadAt === null ? 'none yet' : `${dayTime(lastLoadAt)} UTC`],
  ];
  return html`<section class="keep"><h2>How long it took</h2><dl class="facts">${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
${
  seen.length === 0
    ? html``
    : html`<table class="table" style="margin-top:14px"><thead><tr><th scope="col">Duration</th><th scope="col" class="n">Count</th><th scope="col" class="n">Min</th>
<th scope="col" class="n">50 %</th><th scope="col" class="n">95 %</th><th scope="col" class="n">99 %</th><th scope="col" class="n">Max</th></tr></thead><tbody>
${seen.map(
  ({ name, values }) =>
    html`<tr><td>${name}</td><td class="n">${grouped(values.count)}</td>${[
      values.min,
      values.p50,
      values.p95,
      values.p99,
      values.max,
    ].map((value) => html`<td class="n">${duration(value)}</td>`)}</tr>`,
)}</tbody></table>`
}</section>`;
}

export function notProvenSection({ notProven, table }: ReportModel): Markup {
  if (notProven.length === 0) {
    return html`<section><h2>What was not proven</h2><p>Nothing: the module is proven on all ${grouped(table.potential)} spokes.</p></section>`;
  }
  return html`<section><h2>What was not proven, and why</h2><table class="table"><thead><tr><th scope="col" class="n few">Spokes</th><th scope="col">Reason</th><th scope="col">Which</th></tr></thead>
<tbody>${notProven.map(
    ({ reason, count, spokes }) =>
      html`<tr><td class="n">${grouped(count)}</td><td>${reason}</td><td class="soft">${spokes.slice(0, 12).join(', ')}${count > 12 ? ', …' : ''}</td></tr>`,
  )}</tbody></table></section>`;
}

export function spokesSection(model: ReportModel): Markup {
  const { spokes } = model;
  const shown =
    spokes.length <= mostLines ? spokes : spokes.filter(({ state }) => state !== 'proven').slice(0, mostLines);
  const note =
    shown.length === spokes.length
      ? `All ${grouped(spokes.length)} spokes of the hub.`
      : `${grouped(shown.length)} of ${grouped(spokes.length)} spokes: those not proven. The CSV of this report has all.`;
  const day = model.firstLoadAt?.slice(0, 10);
  const time = (at: string) => (at.startsWith(day ?? '-') ? clockTime(at) : dayTime(at));
  return html`<section class="newpage"><h2>Spokes</h2><p class="lead">${note} Times are UTC by the hub’s clock${day ? `, ${day} where no day is given` : ''}.</p>
<div class="wide"><table class="table spokes"><thead><tr><th scope="col">Spoke</th><th scope="col">State</th><th scope="col">Kernel</th><th scope="col">OpenShift</th>
<th scope="col" class="n">KMM</th><th scope="col" class="n">Load</th><th scope="col">Proven</th><th scope="col">Reason</th></tr></thead>
<tbody>${shown.map(
    (
      row,
    ) => html`<tr><td class="tight">${row.spoke}</td><td class="tight ${row.state === 'failed' || row.state === 'staleBoot' ? 'bad' : ''}">${stateWords[row.state] ?? row.state}</td><td class="tight">${row.kernel}</td><td class="tight">${row.openshift}</td>
<td class="n">${row.kmmSeconds === null ? '' : duration(row.kmmSeconds)}</td><td class="n">${row.loadSeconds === null ? '' : duration(row.loadSeconds)}</td><td class="tight">${row.provenAt ? time(row.provenAt) : ''}</td><td class="soft">${row.reason}</td></tr>`,
  )}</tbody></table></div></section>`;
}
