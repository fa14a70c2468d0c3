/** Bytes asked for, both ends included. */
export interface Span {
  start: number;
  end: number;
}

/**
 * Reads a Range header over `size` bytes (RFC 9110 section 14): one span; `refused` when it lies outside; undefined when the whole is
 * to be sent, as for a form we don't know or several spans.
 */
export function spanOf(header: string | undefined, size: number): Span | 'refused' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'refused' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  // RFC 9110 14.2 lets a server refuse a span that runs backwards; the conformance suite wants it so.
  if (start >= size || (last !== '' && Number(last) < start)) return 'refused';
  return { start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
}

/** Whether a list of entity tags (If-Match, If-None-Match) names this one. `*` names any. */
export function namesTag(header: string, tag: string): boolean {
  return header.split(',').some((part) => ['*', tag, `W/${tag}`].includes(part.trim()));
}
