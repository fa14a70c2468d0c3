import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { digestOf } from '../../images/digest.ts';
import { createRegistry } from '../../images/registry/registry.ts';
import { type DockerRegistry, registryAbsent, startDockerRegistry } from '../../images/testing/docker-registry.ts';
import { pushImage, sampleImage } from '../../images/testing/sample-image.ts';
import { skopeo, skopeoAbsent } from '../../images/testing/skopeo.ts';
import type { Registry } from '../../images/types.ts';
import type { MirrorImage } from '../types.ts';
import { makeResources } from './make-resources.ts';
import { image } from './testing/sample-site.ts';

const absent = registryAbsent || skopeoAbsent;
const folder = mkdtempSync(join(tmpdir(), 'scopes-'));
const file = join(folder, 'registries.conf');
let docker: DockerRegistry;
let registry: Registry;
const seen = new Set<string>();

beforeAll(async () => {
  if (absent) return;
  docker = await startDockerRegistry();
  registry = createRegistry({ host: docker.host, plainHttp: true }, { clock: systemClock(), random: Math.random });
});
afterAll(async () => {
  await registry?.close();
  await docker?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Entry {
  source: string;
  mirrors: string[];
}

/** What the machine-config operator makes of mirror sets on a node: one entry for each source, mirrors that count for one way of naming. */
function registriesConf(images: readonly MirrorImage[], openshift: string): string {
  const site = { address: `${docker.host}/edge`, ca: '', images, files: [] };
  const entries = new Map<string, string[]>();
  for (const { spec } of makeResources(site, [], { openshift }).objects) {
    const lists = spec as Record<'imageDigestMirrors' | 'imageTagMirrors' | 'repositoryDigestMirrors', Entry[]>;
    const digests = lists.imageDigestMirrors ?? lists.repositoryDigestMirrors ?? [];
    for (const [pull, list] of [['digest-only', digests] as const, ['tag-only', lists.imageTagMirrors ?? []] as const])
      for (const { source, mirrors } of list) {
        const lines = mirrors.map(
          (mirror) => `[[registry.mirror]]\nlocation = "${mirror}"\ninsecure = true\npull-from-mirror = "${pull}"\n`,
        );
        entries.set(source, [...(entries.get(source) ?? []), ...lines]);
      }
  }
  return [...entries].map(([source, lines]) => `[[registry]]\nlocation = "${source}"\n${lines.join('')}`).join('\n');
}

/** Puts an image where it is to lie, once for each place, and says by which name clusters ask for it. */
async function place(source: string, repository: string, by: 'digest' | 'tag'): Promise<[MirrorImage, string]> {
  const sample = sampleImage({ sizes: [10] });
  const { digest } = sample.manifest;
  const tag = `v${seen.add(digest).size}`;
  await pushImage(registry, `edge/${repository}`, tag, sample);
  const placed = image('operator', source, repository, { by, digest, target: { repository, tag } });
  return [placed, by === 'tag' ? `${source}:${tag}` : `${source}@${digest}`];
}

const inOneSet = { facts: { alsoBy: 'digest' } };

describe.skipIf(absent !== '')(`a node finds each image by the mirror sets alone${absent}`, () => {
  const at = 'source.invalid';
  test.each<[string, [source: string, repository: string, by: 'digest' | 'tag'][]]>([
    [
      'one repository in two places',
      [
        ['a/b', 'a/b', 'digest'],
        ['a/b', 'z/b', 'digest'],
      ],
    ],
    [
      'one repository in two places by tag',
      [
        ['a/b', 'a/b', 'tag'],
        ['a/b', 'z/b', 'tag'],
      ],
    ],
    [
      'a folder between that lies elsewhere',
      [
        ['a/x', 'a/x', 'digest'],
        ['a/b/c/d', 'a/b/c/d', 'digest'],
        ['a/b/e', 'other/a/b/e', 'digest'],
      ],
    ],
    [
      'a longer source by digest, a shorter by tag',
      [
        ['a/tool', 'a/tool', 'tag'],
        ['a/b/y', 'a/b/y', 'tag'],
        ['a/b/x', 'a/b/x', 'digest'],
      ],
    ],
    [
      'a repository by digest elsewhere, by tag in its folder',
      [
        ['a/b', 'z/b', 'digest'],
        ['a/b', 'a/b', 'tag'],
        ['a/c', 'a/c', 'tag'],
      ],
    ],
    [
      'paths that do not agree below a folder that does',
      [
        ['a/b', 'a/b', 'digest'],
        ['a/b/c', 'q', 'digest'],
        ['a/b/c', 'q', 'tag'],
      ],
    ],
  ])('%s', { timeout: 30_000 }, async (_, wanted) => {
    const placed = await Promise.all(
      wanted.map(([source, repository, by]) => place(`${at}/${source}`, repository, by)),
    );
    for (const openshift of ['4.14.0', '4.12.0']) {
      writeFileSync(
        file,
        registriesConf(
          placed.map(([one]) => one),
          openshift,
        ),
      );
      for (const [{ digest, by }, name] of placed) {
        if (by === 'tag' && openshift === '4.12.0') continue;
        const told = await skopeo('--registries-conf', file, 'inspect', '--raw', `docker://${name}`);
        expect(digestOf(told)).toBe(digest);
      }
    }
  });

  test('an image that one set has by tag and by digest', async () => {
    const [placed, name] = await place(`${at}/a/b`, 'q/b', 'tag');
    writeFileSync(file, registriesConf([{ ...placed, ...inOneSet }], '4.14.0'));
    for (const each of [name, `${at}/a/b@${placed.digest}`]) {
      expect(digestOf(await skopeo('--registries-conf', file, 'inspect', '--raw', `docker://${each}`))).toBe(
        placed.digest,
      );
    }
  });
});
