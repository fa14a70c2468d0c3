import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import { windowFolder } from '../main/hosts/home.ts';
import { openStore } from '../main/store/open.ts';
import { percentile } from '../shared/rules/percentile.ts';
import { type BenchResult, within } from './result.ts';
import { seed, seededHub } from './seed.ts';
import type { Workbench } from './workbench.ts';

const fleetSize = 100_000;
const starts = 3;
/** What is typed and taken back, letter by letter: another word each time, so that the answers are not those of the round before. */
const words = '4242 1617 2829 3536 5152 6394 7485 8576 9667 1925 2638 3847'.split(' ');
/** The spoke that must stand first when these digits are searched for. */
const nameOf = (digits: string) => `sno${digits.padStart(6, '0')}`;

/** The window on 100,000 spokes in Chromium: warm start to painted rows, keystroke to paint, nodes in the table. */
export async function benchUi({ dir, program, say }: Workbench): Promise<BenchResult[]> {
  if (!existsSync(join(windowFolder(), 'index.html'))) throw new Error('the window is not built: npm run build');
  const home = join(dir, 'home');
  mkdirSync(home, { recursive: true });
  const store = openStore(join(home, 'bastion.db'));
  seed(store, fleetSize, join(dir, 'no-kubeconfig'), 'https://127.0.0.1:1');
  store.close();
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const taken: number[] = [];
    for (let start = 0; start <= starts; start += 1) {
      const begun = Date.now();
      const host = program('ui-program.ts', [home]);
      const page = await openFleet(browser, String((await host.next())['url']));
      const painted = await firstRow(page, nameOf('0'));
      // The first start fills the caches of disk and browser: the warm ones are counted.
      if (start > 0) taken.push((painted - begun) / 1000);
      say(`start ${start}: ${((painted - begun) / 1000).toFixed(2)} s to painted rows`);
      if (start === starts) return [...judgeStarts(taken), ...(await inPage(page))];
      await page.context().close();
      await host.end();
    }
    return [];
  } finally {
    await browser.close();
  }
}

const judgeStarts = (taken: readonly number[]) => [
  within(
    'warm start to painted rows of 100,000 spokes',
    's',
    [...taken].sort((a, b) => a - b)[Math.floor(taken.length / 2)] ?? Number.NaN,
    1.5,
  ),
];

async function openFleet(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${url}#/hub/${seededHub}/fleet`, { waitUntil: 'commit' });
  return page;
}

/** When (ms since 1970, by the browser) a frame was painted in which this spoke is the table's first row. */
function firstRow(page: Page, name: string): Promise<number> {
  return page.evaluate(
    (wanted) =>
      new Promise<number>((resolve) => {
        const look = () => {
          const row = document.querySelector('.kb-table [data-index="0"]');
          if (!row?.textContent?.includes(wanted)) return void requestAnimationFrame(look);
          // This frame is drawn with the row; the task after it runs when it has been painted.
          requestAnimationFrame(() => setTimeout(() => resolve(performance.timeOrigin + performance.now())));
        };
        look();
      }),
    name,
  );
}

async function inPage(page: Page): Promise<BenchResult[]> {
  const search = page
    .getByRole('searchbox')
    .or(page.getByRole('textbox', { name: /search|filter/i }))
    .first();
  await search.focus();
  const keys: number[] = [];
  for (const typed of words) {
    for (let length = 1; length <= typed.length; length += 1)
      keys.push(await press(page, typed.charAt(length - 1), nameOf(typed.slice(0, length))));
    for (let length = typed.length - 1; length >= 0; length -= 1)
      keys.push(await press(page, 'Backspace', nameOf(typed.slice(0, length) || '0')));
  }
  let nodes = await page.locator('.kb-table *').count();
  for (const top of [20_000, 1_000_000, 3_999_000]) {
    await page.locator('.kb-scroll').evaluate((box, to) => box.scrollTo(0, to), top);
    await page.waitForTimeout(300);
    nodes = Math.max(nodes, await page.locator('.kb-table *').count());
  }
  const p95 =
    percentile(
      keys.sort((a, b) => a - b),
      0.95,
    ) ?? Number.NaN;
  return [
    within('filter keystroke to paint, p95 over 100,000 spokes', 'ms', p95, 100),
    within('DOM nodes in the table', 'nodes', nodes, 400),
  ];
}

/** Presses a key; ms from the browser's keydown event to the frame with the expected first row. */
async function press(page: Page, key: string, expected: string): Promise<number> {
  await page.evaluate(() => {
    const mark = (event: Event) => {
      (globalThis as { pressedAt?: number }).pressedAt = performance.timeOrigin + event.timeStamp;
    };
    window.addEventListener('keydown', mark, { once: true, capture: true });
  });
  const [painted] = await Promise.all([firstRow(page, expected), page.keyboard.press(key)]);
  return painted - (await page.evaluate(() => (globalThis as { pressedAt?: number }).pressedAt ?? Number.NaN));
}
