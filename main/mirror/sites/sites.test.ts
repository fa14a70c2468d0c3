import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAuthority } from '../../kube/testing/authority.ts';
import { refusal } from '../../testing/test-engine.ts';
import { type MirrorBed, startMirrorBed } from '../testing/mirror-bed.ts';
import { createPasswords } from './passwords.ts';

let bed: MirrorBed;
let answers: unknown[];
beforeEach(async () => {
  bed = await startMirrorBed();
  answers = [];
});
afterEach(() => bed.close());

const call: MirrorBed['engine']['typed'] = async (name, input) => {
  const answer = await bed.engine.typed(name, input);
  answers.push(answer);
  return answer;
};
const add = (more: object = {}) =>
  call('mirror.addSite', {
    name: 'North',
    address: 'north.example:5000',
    user: 'field',
    password: 'correct horse',
    ...more,
  });
const passwords = () => createPasswords(join(bed.folder, 'office', 'mirror', 'auth.json'));

test('a password goes into a file of this user alone, and nowhere else', async () => {
  const events: unknown[] = [];
  const stop = bed.engine.listen((name, data) => void events.push([name, data]));
  const { id } = await add();
  await call('mirror.checkSite', { id });
  await refusal(() => call('mirror.push', { site: id }));
  await call('mirror.sites', {});
  await call('mirror.history', {});
  stop();
  expect(passwords().get('north.example:5000')).toEqual({ user: 'field', password: 'correct horse' });
  expect(statSync(join(bed.folder, 'office', 'mirror', 'auth.json')).mode & 0o777).toBe(0o600);
  const encoded = Buffer.from('field:correct horse').toString('base64');
  const home = join(bed.folder, 'office');
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { parentPath, name } of files.filter((file) => file.name !== 'auth.json')) {
    const text = readFileSync(join(parentPath, name), 'latin1');
    expect([name, text.includes('correct horse'), text.includes(encoded)]).toEqual([name, false, false]);
  }
  for (const said of [answers, events]) expect(JSON.stringify(said)).not.toMatch(/correct horse/);
});

test('a registry that moves takes its password along; a new user keeps it, no user forgets it', async () => {
  const { id } = await add();
  await call('mirror.editSite', { id, address: 'moved.example:5000/edge' });
  expect(passwords().get('north.example:5000')).toBeUndefined();
  expect(passwords().get('moved.example:5000')).toEqual({ user: 'field', password: 'correct horse' });
  await call('mirror.editSite', { id, user: 'other' });
  expect(passwords().get('moved.example:5000')).toEqual({ user: 'other', password: 'correct horse' });
  await call('mirror.editSite', { id, name: 'South' });
  expect(passwords().get('moved.example:5000')?.password).toBe('correct horse');
  await call('mirror.editSite', { id, password: 'battery' });
  expect(passwords().get('moved.example:5000')?.password).toBe('battery');
  await call('mirror.editSite', { id, user: '' });
  expect(passwords().get('moved.example:5000')).toBeUndefined();
});

test('removed, its password is gone, too', async () => {
  const { id } = await add();
  await call('mirror.removeSite', { id });
  expect(passwords().get('north.example:5000')).toBeUndefined();
  expect(await refusal(() => call('mirror.removeSite', { id }))).toMatchObject({ code: 'site.unknown' });
});

test('one registry is reached in one way', async () => {
  await add();
  const twin = await refusal(() => add({ name: 'Twin', address: 'https://north.example:5000/other' }));
  expect(twin).toMatchObject({ code: 'site.exists', field: 'address', about: ['north'] });
  const second = await add({ name: 'North', address: 'second.example' });
  expect(second.id).toBe('north-2');
  expect(await refusal(() => call('mirror.editSite', { id: 'north-2', address: 'north.example:5000' }))).toMatchObject({
    code: 'site.exists',
  });
  expect((await call('mirror.sites', {})).sites.map(({ address }) => address)).toEqual([
    'north.example:5000',
    'second.example',
  ]);
});

test('an address is kept as mirror sets need it', async () => {
  expect((await add({ address: 'https://[2001:db8::1]:5000/edge/' })).address).toBe('[2001:db8::1]:5000/edge');
  expect(await refusal(() => add({ name: 'b', address: 'http://b.example' }))).toMatchObject({
    code: 'site.scheme',
    field: 'plainHttp',
  });
  expect(await add({ name: 'b', address: 'http://b.example', plainHttp: true })).toMatchObject({
    address: 'b.example',
    plainHttp: true,
  });
});

test.each([
  [{ address: 'a b' }, 'address'],
  [{ address: 'x.example/UPPER' }, 'address'],
  [{ address: 'x.example/a/.b' }, 'address'],
  [{ address: 'x.example/a..b' }, 'address'],
  [{ address: `x.example/${'a/'.repeat(100)}a` }, 'address'],
  [{ user: 'a:b' }, 'user'],
  [{ user: '' }, 'user'],
  [{ ca: 'hello' }, 'ca'],
])('refused with its field: %o', async (wrong, field) => {
  const why = await refusal(() => add(wrong));
  expect(why.field).toBe(field);
  expect((await call('mirror.sites', {})).sites).toEqual([]);
  const { id } = await add({ name: 'good' });
  if (!('user' in wrong && wrong.user === '')) {
    expect((await refusal(() => call('mirror.editSite', { id, ...wrong }))).field).toBe(field);
    expect((await call('mirror.sites', {})).sites[0]).toMatchObject({
      address: 'north.example:5000',
      user: 'field',
      hasCa: false,
    });
  }
});

test('an authority is kept, and said to be there', async () => {
  const { pem } = await createAuthority('site');
  expect(await add({ ca: pem })).toMatchObject({ hasCa: true });
});

test('a password file that another tool broke is replaced, not fatal', () => {
  const file = join(bed.folder, 'auth.json');
  const kept = createPasswords(file);
  kept.set('a.example', 'u', 'p:with:colons');
  expect(kept.get('a.example')).toEqual({ user: 'u', password: 'p:with:colons' });
  kept.set('a.example', 'u', '');
  expect(kept.get('a.example')).toBeUndefined();
  writeFileSync(file, '{"auths": tru');
  expect(kept.get('a.example')).toBeUndefined();
  kept.set('b.example', 'u', 'p');
  expect(kept.get('b.example')).toEqual({ user: 'u', password: 'p' });
  const blocked = createPasswords(join(file, 'below-a-file', 'auth.json'));
  expect(() => blocked.set('a', 'u', 'p')).toThrow(/could not be kept/);
});

test('a file of passwords that was torn is set aside, not lost', async () => {
  await add();
  const path = join(bed.folder, 'office', 'mirror', 'auth.json');
  const torn = readFileSync(path, 'utf8').slice(0, -8);
  writeFileSync(path, torn, { mode: 0o600 });
  await add({ name: 'South', address: 'south.example:5000' });
  expect(readFileSync(`${path}.broken`, 'utf8')).toBe(torn);
  expect(statSync(`${path}.broken`).mode & 0o777).toBe(0o600);
  expect(passwords().get('south.example:5000')).toEqual({ user: 'field', password: 'correct horse' });
});

test('what was seen by another way in is forgotten when that changes; a failed look says what to type', async () => {
  const site = await bed.registry();
  const { id } = await add({ address: site.host, plainHttp: true, user: '', password: '' });
  expect(await call('mirror.checkSite', { id })).toMatchObject({ health: 'warning', checkedAt: expect.any(String) });
  expect(await call('mirror.editSite', { id, name: 'Renamed' })).toMatchObject({ health: 'warning' });
  const moved = await call('mirror.editSite', { id, user: 'field', password: 'new' });
  expect(moved).toMatchObject({ health: 'unknown', sentence: '', abilities: [] });
  expect(moved.checkedAt).toBeUndefined();
  site.add({ path: /^\/v2\/$/, times: 9, answer: { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } } });
  const { health, sentence } = await call('mirror.checkSite', { id });
  expect(health).toBe('failed');
  expect(sentence).toContain(`cli mirror editSite --id ${id} --user USER --password @FILE`);
  expect(sentence).not.toContain('Ask whoever runs it for the right');
});
