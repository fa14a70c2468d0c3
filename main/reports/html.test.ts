import { describe, expect, it } from 'vitest';
import { reportHtml } from './html.ts';
import { cssString, html } from './markup.ts';
import { sampleModel } from './sample.fixture.ts';
import { countStep, tickStep } from './svg-curve.ts';
import { clockTime, duration } from './words.ts';

describe('HTML report', () => {
  const page = reportHtml(sampleModel());

  it('escapes every value and has no script', () => {
    expect(page).not.toMatch(/<script/i);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).toContain('It was &amp; is &lt;applied&gt;.');
    expect(page).toContain('hub &lt;1&gt; &quot;west&quot;');
  });

  it('loads nothing and allows nothing to load', () => {
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/(?:src|href)\s*=|url\(|@import/);
  });

  it('cannot be left through the name of a hub in the page header', () => {
    const hostile = reportHtml({ ...sampleModel(), hub: '"; } </style><script>alert(1)</script>', title: '\\"' });
    expect(hostile).not.toMatch(/<script/i);
    expect(hostile.match(/<\/style>/g)).toHaveLength(1);
    expect(cssString('a"b\\c</style>')).toBe('"a\\22 b\\5c c\\3c /style\\3e "');
  });

  it('shows the numbers of the model, and 100 % only when it is', () => {
    const cells = [...page.matchAll(/<td[^>]*>([\d,]+)<\/td>/g)].map(([, n]) => n);
    expect(cells.slice(0, 5)).toEqual(['2', '0', '2', '2', '1']);
    expect(page).toContain('1 of 2 operative spokes (50 %)');
    const almost = { potential: 3000, notWorking: 0, operative: 3000, kmmInstalled: 3000, kmodDeployed: 2999 };
    expect(reportHtml({ ...sampleModel(), table: almost })).toContain('(99.9 %)');
  });

  it('lists what needs a look when there are too many spokes for a page', () => {
    const { spokes, ...rest } = sampleModel();
    const many = [...spokes, ...Array.from({ length: 5000 }, (_, at) => ({ ...spokes[0]!, spoke: `more${at}` }))];
    const long = reportHtml({ ...rest, spokes: many });
    expect(long).toContain('1 of 5,002 spokes: those not proven.');
    expect(long).not.toContain('more4999');
    expect(long).toContain('sno2');
  });

  it('stands with nothing in it yet', () => {
    const empty = reportHtml({
      ...sampleModel(),
      milestones: [],
      spokes: [],
      notProven: [],
      states: {},
      builds: 0,
      buildSeconds: null,
      firstLoadAt: null,
      lastLoadAt: null,
      durations: [],
      table: { potential: 0, notWorking: 0, operative: 0, kmmInstalled: 0, kmodDeployed: 0 },
    });
    expect(empty).toContain('No spoke is targeted.');
    expect(empty).not.toMatch(/NaN|Infinity|undefined|null/);
  });
});

describe('parts', () => {
  it('escapes in templates but not twice', () => {
    expect(html`<p>${html`<b>${'<&>'}</b>`}${[html`${'"'}`, html`${1}`]}</p>`.markup).toBe(
      '<p><b>&lt;&amp;&gt;</b>&quot;1</p>',
    );
  });
  it('says durations', () => {
    expect([0, 59.6, 134, 3600, 3840, null].map(duration)).toEqual([
      '0 s',
      '1 min 00 s',
      '2 min 14 s',
      '1 h 00 min',
      '1 h 04 min',
      '–',
    ]);
    expect(clockTime('2026-11-22T18:54:43Z')).toBe('18:54:43');
  });
  it('chooses round steps for axes', () => {
    expect([7, 75, 840, 90_000].map((span) => tickStep(span, 8))).toEqual([1, 10, 120, 14_400]);
    expect([3, 1748, 100_000].map((count) => countStep(count, 5))).toEqual([1, 500, 20_000]);
  });
});
