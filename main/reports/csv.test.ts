import { describe, expect, it } from 'vitest';
import { csvField, reportCsv } from './csv.ts';
import { sampleModel } from './sample.fixture.ts';

describe('CSV', () => {
  it.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "no"', '"say ""no"""'],
    ['two\nlines', '"two\nlines"'],
    ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
    ['+1', "'+1"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tcmd', "'\tcmd"],
    ['\rcmd', '"\'\rcmd"'],
    ['', ''],
  ])('writes %j as %j', (value, field) => expect(csvField(value)).toBe(field));

  it('leaves numbers numbers, also negative ones, and null empty', () => {
    expect([csvField(-3), csvField(12.5), csvField(null)]).toEqual(['-3', '12.5', '']);
  });

  it('has a header and a line for each spoke, read back field by field', () => {
    const rows = parse(reportCsv(sampleModel()));
    expect(rows[0]).toEqual([
      'spoke',
      'module',
      'state',
      'kernel',
      'openshift',
      'kmm_seconds',
      'load_seconds',
      'proven_at',
      'reason',
    ]);
    expect(rows.slice(1).map(([spoke, , state, , , , seconds]) => [spoke, state, seconds])).toEqual([
      ['sno1', 'proven', '30'],
      ['sno2', 'failed', ''],
    ]);
    expect(rows[2]?.at(-1)).toBe('\'=cmd|"/C calc"!A1, <script>alert(1)</script>');
  });
});

/** A strict reader of RFC 4180. */
function parse(text: string): string[][] {
  const rows: string[][] = [[]];
  let at = 0;
  while (at < text.length) {
    let field = '';
    if (text[at] === '"') {
      at += 1;
      while (text[at] !== '"' || text[at + 1] === '"') {
        if (text[at] === '"') at += 1;
        field += text[at++] ?? '';
      }
      at += 1;
    } else {
      while (at < text.length && text[at] !== ',' && text[at] !== '\r') field += text[at++];
    }
    rows.at(-1)?.push(field);
    if (text[at] === ',') at += 1;
    else {
      expect(text.slice(at, at + 2)).toBe('\r\n');
      at += 2;
      if (at < text.length) rows.push([]);
    }
  }
  return rows;
}
