import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { createRegistry } from '../../images/registry/registry.ts';
import type { FaultyRegistry } from '../../images/testing/faulty-registry.ts';
import { pushImage, sampleImage, sampleIndex } from '../../images/testing/sample-image.ts';
import { refusal } from '../../testing/test-engine.ts';
import { type MirrorBed, startMirrorBed } from '../testing/mirror-bed.ts';

/** A platform that was left out, and one that was lost: the same to look at, not the same to push. */
let bed: MirrorBed;
let source: FaultyRegistry;
let image: string;
const [amd, arm, z] = [sampleImage(), sampleImage(), sampleImage()];
const index = sampleIndex([amd.manifest, arm.manifest, z.manifest]);
beforeEach(async () => {
  bed = await startMirrorBed();
  source = await bed.registry();
  await call('mirror.addSite', { name: 'Source', role: 'source', address: source.host, plainHttp: true });
  const registry = createRegistry(
    { host: source.host, plainHttp: true },
    { clock: systemClock(), random: Math.random },
  );
  for (const each of [amd, arm, z]) await pushImage(registry, 'app', each.manifest.digest, each);
  await registry.putManifest('app', '1', index);
  await registry.close();
  image = `${source.host}/app:1`;
  mkdirSync(join(bed.folder, 'disk'));
});
afterEach(() => bed.close());
const call: MirrorBed['engine']['typed'] = (name, input) => bed.engine.typed(name, input);
const failures = async (id: string) => (await call('mirror.runImages', { id, state: ['failed'] })).rows;
const two = 'platforms: [linux/amd64, linux/arm64]\n';

test('what was left out is no loss: checked, pushed and exported; the bundle says so where it arrives', async () => {
  const set = await bed.save('app', [image], two);
  expect((await call('mirror.pull', { set })).run.state).toBe('done');
  expect((await call('mirror.verify', {})).run.state).toBe('done');
  const site = await bed.registry();
  const { id } = await call('mirror.addSite', { name: 'Site', address: site.host, plainHttp: true });
  expect((await call('mirror.push', { site: id })).run.state).toBe('done');
  expect((await call('mirror.export', { folder: join(bed.folder, 'disk') })).run.state).toBe('done');
  const field = bed.laptop('field');
  const { keys } = await call('mirror.keys', {});
  await field.typed('mirror.trust', { name: 'Office', publicKey: keys[0]!.publicKey });
  expect((await field.typed('mirror.import', { folders: [join(bed.folder, 'disk')] })).run.state).toBe('done');
  expect((await field.typed('mirror.verify', {})).run.state).toBe('done');
  // There, too, what is lost afterwards is told from what never came.
  const lost = arm.manifest.digest;
  writeFileSync(join(bed.folder, 'field/store/blobs/sha256', lost.slice(7)), 'not this');
  expect((await field.typed('mirror.verify', {})).run.state).toBe('gaps');
  const again = (await field.typed('mirror.verify', {})).run;
  expect(again.state).toBe('gaps');
  const { rows } = await field.typed('mirror.runImages', { id: again.id, state: ['failed'] });
  expect(rows).toMatchObject([{ fault: { code: 'store.damaged', about: [lost] } }]);
});

test('a platform that verification set aside is missed by verify, push and export until it is pulled again', async () => {
  const set = await bed.save('app', [image], two);
  await call('mirror.pull', { set });
  const before = (await call('mirror.images', {})).rows[0]!.bytes;
  const lost = arm.manifest.digest;
  writeFileSync(join(bed.folder, 'office/store/blobs/sha256', lost.slice(7)), 'not this');
  expect((await call('mirror.verify', {})).run.state).toBe('gaps');
  const second = (await call('mirror.verify', {})).run;
  expect(second.state).toBe('gaps');
  expect(await failures(second.id)).toMatchObject([{ fault: { about: [lost] } }]);

  const site = await bed.registry();
  const { id } = await call('mirror.addSite', { name: 'Site', address: site.host, plainHttp: true });
  const push = (await call('mirror.push', { site: id })).run;
  expect(push.state).toBe('gaps');
  expect(await failures(push.id)).toMatchObject([
    { fault: { code: 'store.incomplete', message: expect.stringContaining(lost), remedy: /Pull its image set again/ } },
  ]);
  const disk = join(bed.folder, 'disk');
  const none = await refusal(() => call('mirror.export', { folder: disk }));
  expect(none).toMatchObject({ code: 'bundle.empty' });
  expect(await call('mirror.plan', { set })).toMatchObject({ newBytes: arm.manifest.bytes.length });

  expect((await call('mirror.pull', { set })).run).toMatchObject({ state: 'done' });
  expect((await call('mirror.images', {})).rows[0]!.bytes).toBe(before);
  expect((await call('mirror.push', { site: id })).run.state).toBe('done');
  expect((await call('mirror.export', { folder: disk })).run.state).toBe('done');
});

test('a set that wants less of the same image does not make what another wants dispensable', async () => {
  await call('mirror.pull', { set: await bed.save('wide', [image], two) });
  await call('mirror.pull', { set: await bed.save('narrow', [image], 'platforms: [linux/amd64]\n') });
  const lost = arm.manifest.digest;
  writeFileSync(join(bed.folder, 'office/store/blobs/sha256', lost.slice(7)), 'not this');
  await call('mirror.verify', {});
  const again = (await call('mirror.verify', {})).run;
  expect(await failures(again.id)).toMatchObject([{ fault: { about: [lost] } }]);
});
