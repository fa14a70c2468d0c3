import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { createCredentialFinder } from './find-credential.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'auth-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const auth = (user: string, password: string) => ({ auth: Buffer.from(`${user}:${password}`).toString('base64') });
const write = (path: string, json: object | string) => {
  const full = join(home, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, typeof json === 'string' ? json : JSON.stringify(json));
  return full;
};
const helper = (name: string, script: string) => {
  const path = write(`bin/docker-credential-${name}`, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
};
const finder = (env: Record<string, string> = {}, timeoutMs = 5_000) =>
  createCredentialFinder({
    clock: systemClock(),
    env: { PATH: `${join(home, 'bin')}:${process.env['PATH']}`, XDG_RUNTIME_DIR: join(home, 'run'), ...env },
    home,
    timeoutMs,
  });

describe('files', () => {
  it('asks the four places in order', async () => {
    const find = () => finder()('r.example', 'a');
    expect(await find()).toBeUndefined();
    write('.docker/config.json', { auths: { 'r.example': auth('docker', 'd') } });
    expect(await find()).toEqual({ user: 'docker', password: 'd' });
    write('.config/containers/auth.json', { auths: { 'r.example': auth('config', 'c') } });
    expect(await find()).toEqual({ user: 'config', password: 'c' });
    write('run/containers/auth.json', { auths: { 'r.example': auth('run', 'r') } });
    expect(await find()).toEqual({ user: 'run', password: 'r' });
    const named = write('elsewhere.json', { auths: { 'r.example': auth('named', 'n:with:colons') } });
    expect(await finder({ REGISTRY_AUTH_FILE: named })('r.example', 'a')).toEqual({
      user: 'named',
      password: 'n:with:colons',
    });
  });

  it('takes the most specific entry that holds anything', async () => {
    write('run/containers/auth.json', {
      auths: {
        'r.example:5000': auth('host', 'h'),
        'r.example:5000/team': auth('team', 't'),
        'r.example:5000/team/app': {},
        'https://other.example/v1/': { username: 'plain', password: 'p' },
      },
    });
    const find = finder();
    expect(await find('r.example:5000', 'team/app')).toEqual({ user: 'team', password: 't' });
    expect(await find('r.example:5000', 'teamwork')).toEqual({ user: 'host', password: 'h' });
    expect(await find('other.example', 'x')).toEqual({ user: 'plain', password: 'p' });
    expect(await find('r.example', 'team')).toBeUndefined();
  });

  it("knows Docker Hub's key, identity tokens and registry tokens", async () => {
    write('.docker/config.json', {
      auths: {
        'https://index.docker.io/v1/': { auth: auth('u', '').auth, identitytoken: 'id' },
        'r.example': { registrytoken: 'bearer' },
      },
    });
    expect(await finder()('docker.io', 'library/x')).toEqual({ identityToken: 'id' });
    expect(await finder()('r.example', 'x')).toEqual({ registryToken: 'bearer' });
  });

  it('names a broken file and what is wrong with it, not its content', async () => {
    const path = write('run/containers/auth.json', '{"auths": secret');
    await expect(finder()('r.example', 'a')).rejects.toMatchObject({
      fault: { code: 'credentials.badFile', field: path, message: expect.not.stringContaining('secret') },
    });
    write('run/containers/auth.json', { auths: { 'r.example': { auth: 7 } } });
    await expect(finder()('r.example', 'a')).rejects.toMatchObject({
      fault: { message: expect.stringContaining('auths.r.example.auth') },
    });
  });
});

describe('helpers', () => {
  const says = (user: string, secret: string) =>
    `read server; echo "{\\"ServerURL\\":\\"$server\\",\\"Username\\":\\"${user}\\",\\"Secret\\":\\"${secret}-$1-$server\\"}"`;

  it('asks the helper of the host before the entries, and the store after them', async () => {
    helper('one', says('h', 'one'));
    helper('all', says('<token>', 'all'));
    write('.docker/config.json', {
      auths: { 'with.example': auth('file', 'f'), 'hub.example': {}, 'h.example': auth('no', 'no') },
      credHelpers: { 'h.example': 'one' },
      credsStore: 'all',
    });
    expect(await finder()('h.example', 'x')).toEqual({ user: 'h', password: 'one-get-h.example' });
    expect(await finder()('with.example', 'x')).toEqual({ user: 'file', password: 'f' });
    expect(await finder()('hub.example', 'x')).toEqual({ identityToken: 'all-get-hub.example' });
    expect(await finder()('docker.io', 'x')).toEqual({ identityToken: 'all-get-https://index.docker.io/v1/' });
  });

  it('goes on when a helper knows nothing', async () => {
    helper('none', 'echo "credentials not found in native keychain"; exit 1');
    write('.docker/config.json', { credHelpers: { 'h.example': 'none' }, auths: { 'h.example': auth('u', 'p') } });
    expect(await finder()('h.example', 'x')).toEqual({ user: 'u', password: 'p' });
  });

  it.each([
    ['slow', 'sleep 30', 'gave no answer in 0.3 s'],
    ['fails', 'echo kaputt >&2; exit 3', 'failed (3): kaputt'],
    ['talks', 'echo hello', 'printed no JSON'],
  ])('says how a helper failed: %s', async (name, script, message) => {
    helper(name, script);
    write('.docker/config.json', { credsStore: name });
    await expect(finder({}, 300)('h.example', 'x')).rejects.toMatchObject({
      fault: { code: 'credentials.helper', message: expect.stringContaining(message) },
    });
  });

  it('names one that is absent, and starts none outside the search path', async () => {
    write('.docker/config.json', { credsStore: 'absent' });
    await expect(finder()('h.example', 'x')).rejects.toMatchObject({
      fault: { message: expect.stringContaining('is not on this computer') },
    });
    write('.docker/config.json', { credsStore: '../../bin/sh' });
    await expect(finder()('h.example', 'x')).rejects.toMatchObject({
      fault: { message: expect.stringContaining('no program has') },
    });
  });
});
