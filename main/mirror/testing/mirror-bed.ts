import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../shared/clock.ts';
import { createRegistry } from '../../images/registry/registry.ts';
import { type FaultyOptions, type FaultyRegistry, startFaultyRegistry } from '../../images/testing/faulty-registry.ts';
import { pushImage, type SampleBlob, sampleImage } from '../../images/testing/sample-image.ts';
import type { Manifest } from '../../images/types.ts';
import { type TestEngine, testEngine } from '../../testing/test-engine.ts';

/** An engine on a home of its own and registries that do as they are told. */
export interface MirrorBed {
  folder: string;
  engine: TestEngine;
  /** Another laptop, with a home of its own. */
  laptop(name: string): TestEngine;
  registry(options?: FaultyOptions): Promise<FaultyRegistry>;
  /** Saves a set of these images (full references) and more YAML; gives its name. */
  save(name: string, images: readonly string[], more?: string): Promise<string>;
  /** Closes what this bed opened; its registries first. */
  close(): Promise<void>;
}

export async function startMirrorBed(): Promise<MirrorBed> {
  const folder = mkdtempSync(join(tmpdir(), 'mirror-bed-'));
  const engines: TestEngine[] = [];
  const registries: FaultyRegistry[] = [];
  const laptop = (name: string) => {
    const engine = testEngine(join(folder, name));
    engines.push(engine);
    return engine;
  };
  const engine = laptop('office');
  return {
    folder,
    engine,
    laptop,
    async registry(options) {
      const started = await startFaultyRegistry(options);
      registries.push(started);
      return started;
    },
    async save(name, images, more = '') {
      const list = images.map((image) => `  - name: ${image}\n`).join('');
      const yaml = `apiVersion: bastion.kmm/v1\nkind: ImageSet\nname: ${name}\nimages:\n${list}${more}`;
      return (await engine.typed('mirror.save', { yaml })).name;
    },
    async close() {
      for (const each of engines) await each.close();
      await Promise.all(registries.map((each) => each.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Puts a small image at a registry of plain HTTP; gives its reference by tag. */
export async function publish(
  host: string,
  name: string,
  image: { manifest: Manifest; blobs: readonly SampleBlob[] } = sampleImage(),
): Promise<string> {
  const registry = createRegistry({ host, plainHttp: true }, { clock: systemClock(), random: Math.random });
  const [repository = '', tag = 'latest'] = name.split(':');
  await pushImage(registry, repository, tag, image);
  await registry.close();
  return `${host}/${repository}:${tag}`;
}
