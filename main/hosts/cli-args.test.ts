import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseCommand, toInput, unknownCommand, usage } from './cli-args.ts';

const parse = (line: string) => parseCommand(line.split(' ').filter((word) => word !== ''));

test('words name the call, flags fill it by its schema', () => {
  const command = parse(
    'fleet page --hub lab --filter.availability unknown,joining --filter.search=edge --limit 5 --descending --home /h',
  );
  expect(command).toMatchObject({ name: 'fleet.page', home: '/h', json: false });
  expect(toInput('fleet.page', command.flags)).toEqual({
    hub: 'lab',
    filter: { availability: ['unknown', 'joining'], search: 'edge' },
    limit: 5,
    descending: true,
  });
});

test('--json alone and --json FILE', () => {
  expect(parse('hubs list --json')).toMatchObject({ json: true, jsonFile: undefined });
  expect(parse('demo --json out.json --keep')).toMatchObject({
    json: true,
    jsonFile: 'out.json',
    flags: [['keep', '']],
  });
});

test.each([
  ['hubs list --nope x', '--nope'],
  ['fleet page --limit many', '--limit'],
  ['fleet page --filter.colour red', '--filter.colour'],
  ['fleet page --hub a stray', 'stray'],
  ['modules check --yaml @/no/such/file', '--yaml'],
])('%s names %s', (line, field) => {
  const command = parse(line);
  expect(() => toInput(command.name as 'fleet.page', command.flags)).toThrow(
    expect.objectContaining({ fault: expect.objectContaining({ field }) }),
  );
});

test('JSON fills an object', () => {
  expect(
    toInput('install.plan', [
      ['params', '{"channel":"alpha"}'],
      ['where', 'hub'],
    ]),
  ).toEqual({ params: { channel: 'alpha' }, where: 'hub' });
});

test('labels are written as kubectl takes them, or as JSON', () => {
  const asked = (...flags: [string, string][]) =>
    toInput('mirror.resources', [['site', 's'], ['where', 'hub'], ...flags]);
  const west = { site: 'west', tier: 'edge' };
  expect(asked(['spokeSelector', 'site=west,tier=edge'])).toMatchObject({ spokeSelector: west });
  expect(asked(['spokeSelector', 'site=west'], ['spokeSelector', 'tier=edge'])).toMatchObject({ spokeSelector: west });
  expect(asked(['spokeSelector', JSON.stringify(west)])).toMatchObject({ spokeSelector: west });
  const install = (flag: string) =>
    toInput('install.plan', [
      ['where', 'hub'],
      [flag, 'site=west'],
    ]);
  expect(install('params.spokeSelector')).toMatchObject({ params: { spokeSelector: { site: 'west' } } });
  const why = (go: () => unknown) => {
    try {
      return go();
    } catch (error) {
      return (error as { fault: object }).fault;
    }
  };
  expect(why(() => install('spokeSelector'))).toMatchObject({
    remedy: expect.stringContaining('Did you mean --params.spokeSelector?'),
  });
  expect(why(() => asked(['spokeSelector', 'west']))).toMatchObject({
    field: '--spokeSelector',
    message: '"west" of --spokeSelector is no KEY=VALUE.',
  });
  expect(usage('mirror.resources')).toContain('[--spokeSelector KEY=VALUE,…]');
});

test('flags without a value never swallow the word after them', () => {
  expect(parse('--offline modules list --stay')).toMatchObject({ name: 'modules.list', offline: true, stay: true });
  expect(parse('deliveries get --follow --id 7')).toMatchObject({ stay: true, flags: [['id', '7']] });
});

test('the usage of a call names the words it accepts', () => {
  expect(usage('install.plan', 'short')).toBe('install plan [--hub HUB] --where hub|spokes [--params.… …]');
  expect(usage('fleet.facets')).toContain('[--filter.availability available|');
});

test('what is missing or misspelt is named, with what is meant', () => {
  const why = (line: string) => {
    const command = parse(line);
    try {
      toInput(command.name as 'mirror.plan', command.flags);
    } catch (error) {
      return (error as { fault: object }).fault;
    }
  };
  expect(why('mirror save')).toMatchObject({ field: '--yaml', message: '--yaml is missing.' });
  expect(why('mirror save --yaml set.yaml')).toMatchObject({ field: '--yaml', remedy: 'Write --yaml @set.yaml.' });
  for (const word of ['flase', '1', 'off'])
    expect(why(`mirror prune --dryRun ${word}`)).toMatchObject({ code: 'input.invalid', field: '--dryRun' });
  expect(why('mirror plan --ste x')).toMatchObject({ remedy: expect.stringContaining('Did you mean --set?') });
  expect(why('mirror prune --dry-run')).toMatchObject({ remedy: expect.stringContaining('Did you mean --dryRun?') });
  expect(unknownCommand('mirror.pul').fault).toMatchObject({ remedy: expect.stringContaining('`cli mirror pull`') });
  expect(unknownCommand('mirror').fault).toMatchObject({ remedy: 'See `cli help mirror`.' });
  expect(unknownCommand('nonsense').fault).toMatchObject({ remedy: 'See `cli help`.' });
});

test('one line in a file is the value without its line feed: a password is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cli-args-'));
  const file = join(folder, 'secret');
  const read = (text: string) => {
    writeFileSync(file, text);
    return toInput('mirror.editSite', parse(`mirror editSite --id a --password @${file}`).flags)['password'];
  };
  expect(['secret\n', 'secret\r\n', 'secret', ' a b \n', 'a\nb\n'].map(read)).toEqual([
    ...['secret', 'secret', 'secret', ' a b ', 'a\nb\n'],
  ]);
  rmSync(folder, { recursive: true });
});

test('true and false in any case, yes and no', () => {
  const dryRun = (words: string) => toInput('mirror.prune', parse(`mirror prune --dryRun${words}`).flags)['dryRun'];
  expect(['', ' True', ' TRUE', ' yes'].map(dryRun)).toEqual([true, true, true, true]);
  expect([' false', ' False', ' no'].map(dryRun)).toEqual([false, false, false]);
});

test('a usage tells how to switch off what is on, and nothing of waiting', () => {
  expect(usage('mirror.prune')).toBe('mirror prune [--names VALUE,…] [--dryRun false]');
  expect(usage('mirror.pull')).toBe('mirror pull --set SET');
});
