import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate, migrations } from './migrate.ts';
import { openStore, type Store } from './open.ts';
import { createSiteContent } from './site-content.ts';
import { createSites } from './sites.ts';

let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'site-content-'));
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

function rooms(path = ':memory:') {
  store = openStore(path);
  return { sites: createSites(store), content: createSiteContent(store) };
}
const site = { id: 'n', name: 'N', role: 'site', address: 'a', ca: '', user: '', created_at: 't' } as const;
const row = {
  repository: 'r',
  tag: '1',
  digest: 'd1',
  image_json: '{}',
  pushed_at: 't3',
  missing: 0,
  pushed_by: '',
} as const;

test('rows of before the record are this laptop’s own', () => {
  const path = join(folder, 'bastion.db');
  const old = new Database(path);
  migrate(old, path, { now: () => 0 }, migrations.slice(0, 6));
  old.exec(`insert into site (id, name, role, address, ca, plain_http, insecure_tls, user, created_at)
      values ('n', 'N', 'site', 'a', '', 0, 0, '', 't');
    insert into site_image values ('n', 'r', '1', 'd1', '{"x":1}', 't1', 't2', 1)`);
  old.close();
  const { sites } = rooms(path);
  expect(sites.images('n')).toEqual([
    { ...row, site: 'n', image_json: '{"x":1}', pushed_at: 't1', seen_at: 't2', missing: 1 },
  ]);
});

test('a look adds, takes away and says whether anything is new; a push that came between knows better', () => {
  const { sites, content } = rooms();
  sites.put({ ...site, plain_http: 0, insecure_tls: 0 });
  const theirs = { ...row, pushed_by: 'key' };
  expect(content.settle('n', { keep: [row, theirs], drop: [], at: 't4' })).toBe(true);
  expect(content.settle('n', { keep: [row, theirs], drop: [], at: 't5' })).toBe(false);
  expect(sites.images('n').map(({ pushed_by, seen_at }) => [pushed_by, seen_at])).toEqual([
    ['', 't5'],
    ['key', 't5'],
  ]);
  expect(sites.imageCount('n')).toBe(1);
  content.settle('n', { keep: [{ ...theirs, missing: 1 }], drop: [], at: 't6' });
  expect(sites.images('n')[1]).toMatchObject({ missing: 1, seen_at: 't5' });
  sites.putImage('n', { repository: 'r', tag: '1', digest: 'd1', image: {}, at: 't7' });
  content.settle('n', { keep: [{ ...row, missing: 1 }], drop: [row, theirs], at: 't8' });
  expect(sites.images('n')).toMatchObject([{ pushed_by: '', missing: 0, pushed_at: 't7' }]);
});

test('files are those of the last record of each laptop, and go with the site', () => {
  const { sites, content } = rooms();
  sites.put({ ...site, plain_http: 0, insecure_tls: 0 });
  const file = (path: string) => ({ path, media_type: 'm', bytes: Buffer.from(path) });
  content.putFiles('n', 'a', [file('x'), file('y')]);
  content.putFiles('n', 'b', [file('x')]);
  content.putFiles('n', 'a', [file('y')]);
  expect(content.files('n').map(({ path, pushed_by }) => path + pushed_by)).toEqual(['xb', 'ya']);
  sites.verified('n', 't');
  content.forget('n');
  expect([content.files('n'), sites.get('n')?.verified_at]).toEqual([[], null]);
});
