import { bytesText as bytes } from '../../shared/rules/amount-text.ts';
import { inWindowText } from './in-window.ts';

export { bytes };

const grouped = new Intl.NumberFormat('en-US');

/** 1748 → "1,748". */
export const count = (value: number): string => grouped.format(value);

/** "1 spoke", "1,748 spokes". */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** Seconds in the shortest words that are still exact enough: 0.4 s, 42 s, 11 min 5 s, 2 h 3 min, 3 d 4 h. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown';
  if (seconds < 0) return `-${duration(-seconds)}`;
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const parts = (big: number, small: number, bigWord: string, smallWord: string) =>
    small === 0 ? `${big} ${bigWord}` : `${big} ${bigWord} ${small} ${smallWord}`;
  if (whole < 3600) return parts(Math.floor(whole / 60), whole % 60, 'min', 's');
  const minutes = Math.round(whole / 60);
  if (minutes < 24 * 60) return parts(Math.floor(minutes / 60), minutes % 60, 'h', 'min');
  const hours = Math.round(minutes / 60);
  return parts(Math.floor(hours / 24), hours % 24, 'd', 'h');
}

/** Age of an RFC 3339 time in one unit: "now", "42 s", "11 min", "2 h", "3 d". '' where there is no time. */
export function age(time: string | undefined, now: number): string {
  const at = time ? Date.parse(time) : Number.NaN;
  if (Number.isNaN(at)) return '';
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 2) return 'now';
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

// Made once: making one takes longer than all the formatting of a screen.
const dayFormat = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short' });
const yearFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const timeFormat = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

/** Local "22 Nov 19:31:05", or '' where there is no time. */
export function clockTime(time: string | null | undefined): string {
  const at = time ? new Date(time) : undefined;
  if (!at || Number.isNaN(at.getTime())) return '';
  return `${dayFormat.format(at)} ${timeFormat.format(at)}`;
}

/** Local "1 Mar 2027": for what is years away. '' where there is no time. */
export function calendarDay(time: string | undefined): string {
  const at = time ? new Date(time) : undefined;
  return at && !Number.isNaN(at.getTime()) ? yearFormat.format(at) : '';
}

/** Local "19:31:05" within a day of `now`, else "22 Nov 19:31": short enough for a column. '' where there is no time. */
export function shortTime(time: string | undefined, now: number): string {
  const full = clockTime(time);
  if (full === '') return '';
  return Math.abs(now - Date.parse(time ?? '')) < 86_400_000 ? full.slice(-8) : full.slice(0, -3);
}

/** 0.9983 → "99.8 %"; never rounds up to 100 or down to 0 while something is left. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '0 %';
  if (part === whole) return '100 %';
  const value = (part / whole) * 100;
  return `${part === 0 ? '0' : Math.min(99.9, Math.max(0.1, value)).toFixed(1)} %`;
}

/** Digests in a text cut to what tells them apart: "…@sha256:07ada7b3…". The whole text belongs in a tooltip. */
export const shortDigests = (text: string): string =>
  text.replace(/\b(sha256|sha512):([0-9a-f]{8})[0-9a-f]{24,}/g, '$1:$2…');

/** A text with its times as a clock here shows them. */
export const localTimes = (text: string): string =>
  text.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, (time) => clockTime(time));

/** A sentence of the engine as a person reads it here: times local, digests short, places of the window for commands. */
export const plainWords = (text: string): string => localTimes(shortDigests(inWindowText(text)));

/** How far work is, in its unit: "840 of 1,755 spokes"; bytes as people read them: "1.2 GB of 3.4 GB". */
export const progress = (done: number, total: number, unit: string): string =>
  unit === 'bytes' ? `${bytes(done)} of ${bytes(total)}` : `${count(done)} of ${count(total)} ${unit}`.trim();
