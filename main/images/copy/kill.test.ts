import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { layoutAt } from '../content/layout.ts';
import { readIndex } from '../content/store-index.ts';
import { openStoreReader } from '../content/store-reader.ts';
import { createRegistry } from '../registry/registry.ts';
import { type DockerRegistry, registryAbsent, startDockerRegistry } from '../testing/docker-registry.ts';
import { allBytes, pushImage, sampleImage } from '../testing/sample-image.ts';
import type { Registry } from '../types.ts';
import { type CopyOrder, nameOf } from './testing/copy-program.ts';
import { kills } from './testing/kills.ts';
import { startVictim, type Victim } from './testing/victim.ts';
import { walkImage } from './walk.ts';

const program = join(import.meta.dirname, 'testing/copy-program.ts');

describe.skipIf(registryAbsent !== '')(`kill -9 in the middle of copying${registryAbsent}`, () => {
  const images = new Map(
    Array.from({ length: 3 }, (_, at) => [
      `team/image-${at}`,
      sampleImage({ sizes: [2_500_000 + at, 700_000, 100_000, 5_000] }),
    ]),
  );
  const repositories = [...images.keys()];
  let dir: string;
  let server: DockerRegistry;
  let registry: Registry;
  let next: Promise<Victim> | undefined;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'kmm-bastion-kill-'));
    server = await startDockerRegistry();
    registry = createRegistry({ host: server.host, plainHttp: true }, { clock: systemClock(), random: Math.random });
    await Promise.all([...images].map(([repository, image]) => pushImage(registry, repository, '1', image)));
  });
  afterAll(async () => {
    (await next)?.end();
    await registry?.close();
    await server?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  /** Runs the program, loaded while the one before worked; how long it took (ms) when it finished. */
  async function attempt(order: CopyOrder, ms: number): Promise<number | undefined> {
    const victim = await (next ?? startVictim(program, join(dir, 'compiled')));
    next = startVictim(program, join(dir, 'compiled'));
    return victim.run(order, ms);
  }

  /** Kills `count` runs of the same work, each going on where the last was killed; `done` looks at whatever was finished on the way. */
  async function killing(
    count: number,
    order: (round: number) => CopyOrder,
    after: (order: CopyOrder, done: boolean) => Promise<void>,
  ) {
    let round = 0;
    const whole = (await attempt(order(round), 60_000)) ?? Number.NaN;
    expect(whole).toBeGreaterThan(0);
    await after(order(round), true);
    round += 1;
    for (let killed = 0; killed < count; ) {
      const done = (await attempt(order(round), Math.random() * whole)) !== undefined;
      await after(order(round), done);
      if (done) round += 1;
      else killed += 1;
    }
    expect(await attempt(order(round), 60_000)).toBeGreaterThan(0);
    await after(order(round), true);
    return round + 1;
  }

  /** Whatever happened: what the index names is there as a whole. */
  async function expectListedIsWhole(root: string): Promise<void> {
    const layout = layoutAt(root);
    if (!existsSync(layout.index)) return;
    for (const [repository, { manifest, blobs }] of images) {
      if (!readIndex(layout).roots.has(nameOf(repository))) continue;
      for (const { digest, size } of [
        ...blobs.map(({ descriptor }) => descriptor),
        { digest: manifest.digest, size: manifest.bytes.length },
      ])
        expect(statSync(layout.blob(digest)).size).toBe(size);
    }
  }

  async function expectSame(root: string): Promise<void> {
    const reader = await openStoreReader(root);
    expect(reader.roots().map(({ name }) => name)).toEqual(repositories.map(nameOf));
    for (const [repository, { manifest, blobs }] of images) {
      const tree = await walkImage(reader, nameOf(repository), repository);
      expect(tree.root.manifest.bytes.equals(manifest.bytes)).toBe(true);
      for (const { descriptor, bytes } of blobs)
        expect((await allBytes(reader.read(descriptor.digest))).equals(bytes)).toBe(true);
    }
    expect(reader.usage().partialBytes).toBe(0);
  }

  test(`${kills.pull} times in a pull: at the end the store holds every byte, and never lists what it lacks`, {
    timeout: 240_000,
  }, async () => {
    const rounds = await killing(
      kills.pull,
      (round) => ({ what: 'pull', root: join(dir, `store-${round}`), host: server.host, repositories, prefix: '' }),
      async ({ root }, done) => {
        await expectListedIsWhole(root);
        if (!done) return;
        await expectSame(root);
        if (!root.endsWith('-0')) rmSync(root, { recursive: true });
      },
    );
    expect(rounds).toBeGreaterThan(1);
  });

  test(`${kills.push} times in a push: at the end the registry gives back every byte`, {
    timeout: 240_000,
  }, async () => {
    await killing(
      kills.push,
      (round) => ({
        what: 'push',
        root: join(dir, 'store-0'),
        host: server.host,
        repositories,
        prefix: `round-${round}`,
      }),
      async ({ prefix }, done) => {
        if (!done) return;
        for (const [repository, { manifest, blobs }] of images) {
          const path = `${prefix}/${repository}`;
          expect((await registry.manifest(path, '1')).bytes.equals(manifest.bytes)).toBe(true);
          for (const { descriptor, bytes } of blobs) {
            const { body } = await registry.blob(path, descriptor, { offset: 0 });
            expect((await allBytes(body)).equals(bytes)).toBe(true);
          }
        }
      },
    );
    await expectSame(join(dir, 'store-0'));
  });
});
