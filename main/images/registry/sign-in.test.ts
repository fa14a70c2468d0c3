import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { digestOf } from '../digest.ts';
import { type FaultyOptions, type FaultyRegistry, startFaultyRegistry } from '../testing/faulty-registry.ts';
import { blobOf, opener, pushImage, sampleImage } from '../testing/sample-image.ts';
import { startTokenServer, type TokenServer, type TokenServerOptions } from '../testing/token-server.ts';
import type { Registry, RegistrySettings } from '../types.ts';
import { createRegistry } from './registry.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

interface Setup {
  tokens: TokenServer;
  server: FaultyRegistry;
  registry: Registry;
}

async function setup(
  tokenOptions: TokenServerOptions,
  credential?: RegistrySettings['credential'],
  more: FaultyOptions = {},
): Promise<Setup> {
  const tokens = await startTokenServer(tokenOptions);
  const server = await startFaultyRegistry({ guard: tokens.guard, ...more });
  const registry = createRegistry(
    { host: server.host, plainHttp: true, ...(credential && { credential }) },
    { clock: systemClock(), random: Math.random },
  );
  stops.push(tokens.stop, server.stop, registry.close);
  return { tokens, server, registry };
}

const basic = { user: 'u', password: 'p' };

describe('bearer tokens', () => {
  it('asks for one token by scope, and for one only however many requests wait for it', async () => {
    const { tokens, registry } = await setup({ ...basic, delayMs: 50 }, basic);
    await Promise.all(Array.from({ length: 20 }, (_, n) => registry.hasBlob('a/b', digestOf(`${n}`))));
    expect(tokens.asked).toHaveLength(1);
    expect(tokens.asked[0]).toMatchObject({
      method: 'GET',
      service: 'the, service',
      scopes: ['repository:a/b:pull'],
      authorization: expect.stringContaining('Basic '),
    });
    await pushImage(registry, 'a/b', 'v1', sampleImage());
    expect(tokens.asked.map(({ scopes }) => scopes)).toEqual([['repository:a/b:pull'], ['repository:a/b:pull,push']]);
  });

  it('is not waited for by who gave up, while others wait on', async () => {
    const { tokens, registry } = await setup({ delayMs: 1_500 });
    const stop = new AbortController();
    const ended: string[] = [];
    const one = registry.hasBlob('a/b', digestOf('1'), stop.signal).catch((error) => void ended.push(error.message));
    const other = registry.hasBlob('a/b', digestOf('2')).then(() => void ended.push('answered'));
    while (tokens.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const late = new Promise((resolve) => setTimeout(resolve, 1_000, 'late'));
    stop.abort(new Error('stopped'));
    expect(await Promise.race([one.then(() => 'ended'), late])).toBe('ended');
    await other;
    expect([ended, tokens.asked.length]).toEqual([['stopped', 'answered'], 1]);
  });

  it('asks for both repositories of a mount', async () => {
    const { tokens, registry } = await setup({});
    const { descriptor, bytes } = blobOf(Buffer.from('layer'));
    await registry.upload('from', descriptor, opener(bytes));
    expect(await registry.mount('to', descriptor.digest, 'from')).toBe(true);
    expect(tokens.asked.at(-1)?.scopes).toEqual(['repository:from:pull', 'repository:to:pull,push']);
  });

  it('gets a new one when it runs out by its own word, 60 s where it has none', async () => {
    const tokens = await startTokenServer({});
    const server = await startFaultyRegistry({ guard: tokens.guard });
    let now = 1_000_000;
    const clock = { now: () => now, sleep: async () => {} };
    const registry = createRegistry({ host: server.host, plainHttp: true }, { clock, random: () => 0 });
    stops.push(tokens.stop, server.stop, registry.close);
    const look = () => registry.hasBlob('a', digestOf('x'));
    await look();
    now += 54_000;
    await look();
    expect(tokens.asked).toHaveLength(1);
    now += 2_000;
    await look();
    expect(tokens.asked).toHaveLength(2);
  });

  it('refreshes once in the middle of a set, a blob that was being sent included', async () => {
    const { tokens, server, registry } = await setup({ expiresIn: 3_600 });
    const image = sampleImage({ sizes: [400_000] });
    await pushImage(registry, 'a', 'v1', image);
    const { descriptor, bytes } = blobOf(Buffer.alloc(300_000, 7));
    // The token dies between POST and PUT.
    server.add({ method: 'PUT', path: /uploads/, answer: () => void tokens.revoke() });
    let sent = 0;
    const before = tokens.asked.length;
    tokens.revoke();
    await registry.upload('a', descriptor, opener(bytes), {
      onBytes: (n) => (sent += n),
    });
    expect(sent).toBe(300_000);
    expect(tokens.asked.length - before).toBeLessThanOrEqual(2);
    expect(await registry.hasBlob('a', descriptor.digest)).toBe(300_000);
  });

  it('takes less scope than asked for, and names the right that is missing when it matters', async () => {
    const { server, registry } = await setup({ ...basic, withheld: ['push'] }, basic);
    expect(await registry.hasBlob('team/app', digestOf('x'))).toBeUndefined();
    const { descriptor, bytes } = blobOf(Buffer.from('x'));
    await expect(registry.upload('team/app', descriptor, opener(bytes))).rejects.toMatchObject({
      fault: {
        code: 'registry.forbidden',
        remedy: expect.stringContaining(`"push" on ${server.host}/team/app`),
        about: [`${server.host}/team/app`],
      },
    });
  });

  it('asks for the scope a registry names besides our own, and remembers it', async () => {
    const tokens = await startTokenServer({});
    const scope = 'repository:behind/a:pull';
    const server = await startFaultyRegistry({
      guard: () =>
        tokens.asked.at(-1)?.scopes.includes(scope)
          ? undefined
          : {
              status: 401,
              headers: { 'www-authenticate': `Bearer realm="${tokens.realm}",service="s",scope="${scope}"` },
            },
    });
    const registry = createRegistry({ host: server.host, plainHttp: true }, { clock: systemClock(), random: () => 0 });
    stops.push(tokens.stop, server.stop, registry.close);
    await registry.hasBlob('a', digestOf('x'));
    await registry.hasBlob('a', digestOf('y'));
    expect(tokens.asked.map(({ scopes }) => scopes)).toEqual([['repository:a:pull', scope]]);
  });

  it('says who is not let in', async () => {
    const wrong = await setup(basic, { user: 'u', password: 'wrong' });
    await expect(wrong.registry.ping()).rejects.toMatchObject({
      fault: {
        code: 'registry.unauthorized',
        message: expect.stringContaining('for u (401: incorrect username or password)'),
      },
    });
    const none = await setup(basic);
    await expect(none.registry.tags('a')).rejects.toMatchObject({
      fault: { code: 'registry.unauthorized', message: expect.stringContaining('without a sign-in') },
    });
  });

  it.each([
    ['POST', undefined, 1],
    ['GET where POST is unknown', 404, 2],
    ['GET where POST is refused', 405, 2],
  ] as const)('uses an identity token by %s', async (_name, postStatus, asks) => {
    const { tokens, registry } = await setup(
      { ...basic, refreshToken: 'rt', key: 'access_token', ...(postStatus && { postStatus }) },
      { identityToken: 'rt' },
    );
    await registry.ping();
    await registry.hasBlob('a', digestOf('x'));
    expect(tokens.asked.filter(({ scopes }) => scopes.length > 0)).toHaveLength(asks);
    expect(tokens.asked[0]).toMatchObject({ method: 'POST', refreshToken: 'rt' });
  });

  it('waits while the token server is busy', async () => {
    const tokens = await startTokenServer({ busy: 2 });
    const server = await startFaultyRegistry({ guard: tokens.guard });
    const slept: number[] = [];
    const clock = { now: () => Date.now(), sleep: async (ms: number) => void slept.push(ms) };
    const registry = createRegistry({ host: server.host, plainHttp: true }, { clock, random: () => 0 });
    stops.push(tokens.stop, server.stop, registry.close);
    await registry.ping();
    expect(tokens.asked).toHaveLength(3);
    expect(slept).toHaveLength(2);
  });

  it('does not wait for hours for a token server', async () => {
    const tokens = await startTokenServer({ busy: 9, retryAfter: '86400' });
    const server = await startFaultyRegistry({ guard: tokens.guard });
    const slept: number[] = [];
    const clock = { now: () => Date.now(), sleep: async (ms: number) => void slept.push(ms) };
    const registry = createRegistry({ host: server.host, plainHttp: true }, { clock, random: () => 0 });
    stops.push(tokens.stop, server.stop, registry.close);
    await expect(registry.ping()).rejects.toMatchObject({ fault: { code: 'registry.refused' } });
    expect(slept).toEqual([]);
  });

  it('does not hand a password to a token server without TLS when the registry has it', async () => {
    const { createSignIn } = await import('./sign-in.ts');
    const never = () => Promise.reject(new Error('something was sent'));
    const signIn = createSignIn({
      origin: 'https://r.example',
      clock: systemClock(),
      send: never,
      credential: async () => basic,
    });
    const purpose = { repository: 'a', scopes: [], signal: undefined };
    expect(await signIn.refused(purpose, undefined, 'Bearer realm="http://r.example/token"')).toBe(true);
    await expect(signIn.header(purpose)).rejects.toMatchObject({
      fault: { code: 'registry.unauthorized', message: expect.stringContaining('not on TLS') },
    });
  });
});

describe('basic', () => {
  const guard: FaultyOptions['guard'] = ({ headers }) =>
    headers.authorization === `Basic ${Buffer.from('u:p').toString('base64')}`
      ? undefined
      : { status: 401, headers: { 'www-authenticate': 'Basic realm="r"' } };

  it('sends nothing unasked, then with each request; many at once find the way in', async () => {
    const server = await startFaultyRegistry({ guard });
    const registry = createRegistry(
      { host: server.host, plainHttp: true, credential: basic },
      { clock: systemClock(), random: Math.random },
    );
    stops.push(server.stop, registry.close);
    await Promise.all(Array.from({ length: 8 }, (_, n) => registry.hasBlob('a', digestOf(`${n}`))));
    expect(server.seen.filter(({ status }) => status === 404)).toHaveLength(8);
    expect(server.seen[0]?.headers.authorization).toBeUndefined();
    const before = server.seen.length;
    await registry.ping();
    expect(server.seen).toHaveLength(before + 1);
  });

  it('says that a password is wrong, and asks no twice', async () => {
    const server = await startFaultyRegistry({ guard });
    const wrong = { user: 'u', password: 'wrong' };
    const registry = createRegistry(
      { host: server.host, plainHttp: true, credential: wrong },
      { clock: systemClock(), random: Math.random },
    );
    const none = createRegistry({ host: server.host, plainHttp: true }, { clock: systemClock(), random: Math.random });
    stops.push(server.stop, registry.close, none.close);
    await expect(registry.ping()).rejects.toMatchObject({
      fault: { code: 'registry.unauthorized', message: expect.stringContaining('does not accept u') },
    });
    expect(server.seen).toHaveLength(2);
    await expect(none.ping()).rejects.toMatchObject({
      fault: { code: 'registry.unauthorized', message: expect.stringContaining('none is known') },
    });
  });

  it('asks the auth files for what the settings do not say', async () => {
    const server = await startFaultyRegistry({ guard });
    const asked: string[] = [];
    const credentials = async (host: string, repository: string) => {
      asked.push(`${host}/${repository}`);
      return basic;
    };
    const registry = createRegistry(
      { host: server.host, plainHttp: true },
      { clock: systemClock(), random: Math.random, credentials },
    );
    stops.push(server.stop, registry.close);
    await registry.hasBlob('a/b', digestOf('x'));
    expect(new Set(asked)).toEqual(new Set([`${server.host}/a/b`]));
  });
});
