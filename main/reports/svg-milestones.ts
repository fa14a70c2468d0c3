import type { ReportModel } from '../../shared/contract/install.ts';
import { html, type Markup } from './markup.ts';
import { clockTime, duration } from './words.ts';

const row = 34;
const top = 26;
const trackLeft = 470;
const trackRight = 700;

/** Milestones one below the other, each with its place in time on a track to the right: what took long is seen at once. */
export function milestoneChart(milestones: ReportModel['milestones']): Markup {
  const times = milestones.map(({ at }) => Date.parse(at));
  const first = times[0] ?? 0;
  const span = Math.max(1, (times.at(-1) ?? 0) - first);
  const height = top + milestones.length * row + 6;
  const x = (time: number) => trackLeft + ((time - first) / span) * (trackRight - trackLeft);
  return html`<svg class="chart" viewBox="0 0 720 ${height}" role="img" aria-labelledby="milestones-title milestones-desc">
<title id="milestones-title">Milestones</title>
<desc id="milestones-desc">${milestones.map(({ at, name }) => `${clockTime(at)} ${name}`).join('; ')}</desc>
<g class="heads"><text x="0" y="12">UTC</text><text x="72" y="12">After</text><text x="160" y="12">Milestone</text><text x="${trackLeft}" y="12">0</text><text x="${trackRight}" y="12" text-anchor="end">${duration(span / 1000)}</text></g>
<line class="axis" x1="${trackLeft}" x2="${trackRight}" y1="18" y2="18"/>
${milestones.map(({ at, name, sentence }, index) => {
  const y = top + index * row + 12;
  const time = times[index] ?? first;
  const before = times[index - 1] ?? first;
  return html`<g class="milestone"><line class="rule" x1="0" x2="720" y1="${y + 20}" y2="${y + 20}"/>
<text class="time" x="0" y="${y}">${clockTime(at)}</text><text class="after" x="72" y="${y}">+${duration((time - first) / 1000)}</text>
<text class="name" x="160" y="${y}">${name}</text><text class="sentence" x="160" y="${y + 14}">${sentence.slice(0, 66)}</text>
<line class="guide" x1="${trackLeft}" x2="${trackRight}" y1="${y - 4}" y2="${y - 4}"/>
<line class="stretch" x1="${x(before).toFixed(1)}" x2="${x(time).toFixed(1)}" y1="${y - 4}" y2="${y - 4}"/>
<circle class="dot" cx="${x(time).toFixed(1)}" cy="${y - 4}" r="4"/></g>`;
})}
</svg>`;
}
