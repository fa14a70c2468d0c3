import { html, type Markup } from './markup.ts';
import { grouped } from './milestones.ts';
import { duration } from './words.ts';

const left = 52;
const right = 690;
const top = 18;
const bottom = 232;
/** More points than this are not seen on the width of a page. */
const points = 400;

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];

/** A round step that gives at most `most` ticks over `span`. */
export function tickStep(span: number, most: number): number {
  const fits = steps.find((step) => span / step <= most);
  return fits ?? Math.ceil(span / most / 86_400) * 86_400;
}

/** A round step of 1, 2 or 5 times a power of ten. */
export function countStep(span: number, most: number): number {
  const least = Math.max(1, span / most);
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10);
}

/**
 * How many spokes had the module so many seconds after `from`: a step curve up to `target`.
 * `times` are ms since 1970; those before `from` count from the start.
 */
export function loadCurve(times: readonly number[], from: number, target: number): Markup {
  const seconds = times.map((time) => Math.max(0, (time - from) / 1000)).sort((a, b) => a - b);
  const span = Math.max(1, seconds.at(-1) ?? 1);
  const most = Math.max(target, seconds.length, 1);
  const x = (second: number) => left + (second / span) * (right - left);
  const y = (count: number) => bottom - (count / most) * (bottom - top);
  const every = Math.max(1, Math.ceil(seconds.length / points));
  const kept = seconds
    .map((second, index) => [second, index + 1] as const)
    .filter(([, n]) => n % every === 0 || n === seconds.length);
  const line = kept.map(([second, n]) => `H${x(second).toFixed(1)}V${y(n).toFixed(1)}`).join('');
  const timeStep = tickStep(span, 8);
  const heightStep = countStep(most, 5);
  const ticks = (end: number, step: number) =>
    Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step);
  const marks = (
    [
      ['half', 0.5],
      ['95 %', 0.95],
    ] as const
  ).flatMap(([name, share]) => {
    const second = seconds[Math.ceil(share * seconds.length) - 1];
    return second === undefined || seconds.length < 10 ? [] : [{ name, second, n: Math.ceil(share * seconds.length) }];
  });
  return html`<svg class="chart" viewBox="0 0 720 264" role="img" aria-labelledby="curve-title curve-desc">
<title id="curve-title">Spokes with the module proven, over time</title>
<desc id="curve-desc">${grouped(seconds.length)} of ${grouped(target)} spokes within ${duration(span)}.</desc>
${ticks(most, heightStep).map(
  (n) =>
    html`<line class="grid" x1="${left}" x2="${right}" y1="${y(n).toFixed(1)}" y2="${y(n).toFixed(1)}"/><text class="tick" x="${left - 8}" y="${(y(n) + 4).toFixed(1)}" text-anchor="end">${grouped(n)}</text>`,
)}
${ticks(span, timeStep).map(
  (second) =>
    html`<line class="tickmark" x1="${x(second).toFixed(1)}" x2="${x(second).toFixed(1)}" y1="${bottom}" y2="${bottom + 4}"/><text class="tick" x="${x(second).toFixed(1)}" y="${bottom + 18}" text-anchor="middle">${second === 0 ? '0' : duration(second).replace(/ 00 (s|min)$/, '')}</text>`,
)}
<line class="target" x1="${left}" x2="${right}" y1="${y(target).toFixed(1)}" y2="${y(target).toFixed(1)}"/>
<path class="area" d="M${left} ${bottom}${line}V${bottom}Z"/><path class="curve" d="M${left} ${bottom}${line}"/>
${marks.map(
  ({ name, second, n }) =>
    html`<circle class="dot" cx="${x(second).toFixed(1)}" cy="${y(n).toFixed(1)}" r="4"/><text class="mark" x="${(x(second) + (second > span * 0.8 ? -9 : 9)).toFixed(1)}" y="${(y(n) + (second > span * 0.8 ? -8 : 16)).toFixed(1)}" text-anchor="${second > span * 0.8 ? 'end' : 'start'}">${name}: ${duration(second)}</text>`,
)}
</svg>`;
}
