import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../shared/kube.ts';
import { nodeEvidence } from './feedback.ts';
import { workRow } from './project-work.ts';
import { proofWork } from './proof-work.ts';
import { cluster } from './testing/objects.ts';
import { createRoom, type Room } from './testing/room.ts';

const data = join(import.meta.dirname, '../../../shared/data/observed');
const there = existsSync(data);
const why = there ? '' : ' (skipped: the folder of recordings is not there)';

const read = (file: string): KubeObject[] =>
  parseAllDocuments(readFileSync(join(data, file), 'utf8')).map((doc) => doc.toJS() as KubeObject);
const rowOf = (object: KubeObject) =>
  workRow({
    hub: 'h',
    kind: 'ManifestWork',
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name ?? '',
    object,
    seenAt: '2026-11-22T19:00:00Z',
    hubAt: '2026-11-22T19:00:00Z',
    listing: false,
  });
const work = (file: string) => rowOf(read(`ocm/${file}.yaml`)[0]!);

let room: Room | undefined;
afterEach(() => {
  room?.close();
  room = undefined;
});

describe.skipIf(!there)(`what the real programs wrote${why}`, () => {
  test.each([
    ['manifestwork-applied-no-status', 1, ''],
    ['manifestwork-feedback', 1, ''],
    [
      'manifestwork-rbac-forbidden',
      0,
      'is forbidden: User "system:serviceaccount:open-cluster-management-agent:klusterlet-work-sa" cannot get',
    ],
    ['manifestwork-case-bad-empty-mappings', 0, 'kernelMappings in body should have at least 1 items'],
    ['manifestwork-case-missing-ns', 0, 'not found'],
    ['manifestwork-case-ssa-conflict', 0, 'conflict with "spoke-admin"'],
    ['manifestwork-spoke-api-down', 1, ''],
    ['manifestwork-deleting', 0, ''],
    ['manifestwork-agent-offline-spec-changed', 0, ''],
  ])('%s: delivered %i', (file, delivered, message) => {
    const row = work(file);
    expect(row.delivered).toBe(delivered);
    expect(row.applied_message).toContain(message);
  });

  test('the proof work of the recording is read node by node', () => {
    const row = work('manifestwork-proof-by-boot');
    expect(nodeEvidence(row)).toEqual([
      {
        node: 'sno00001',
        loadedKernel: 'k2',
        loadedImage: 'r/x:k1',
        loadedBoot: 'b2',
        wantedImage: 'r/x:k2',
        kernel: '5.14.0-427.68.1.el9_4.x86_64',
        boot: '7a1f5f2e-0c0b-4f8e-9c54-0d6b0a1f0001',
      },
    ]);
    expect(row.nodes_key).toBe('');
    expect(row.feedback_at).toBe('2026-11-22T18:54:49Z');
  });

  test('our proof work asks by the very paths the real agent was seen to answer', () => {
    const [recorded] = read('ocm/manifestwork-proof-by-boot.yaml');
    interface Config {
      feedbackRules: { jsonPaths: { name: string; path: string }[] }[];
      feedbackScrapeType: string;
      updateStrategy: { type: string };
      resourceIdentifier: object;
    }
    const configs = (object: KubeObject) => (object.spec as { manifestConfigs: Config[] }).manifestConfigs;
    const ours = configs(proofWork('kmm-kmod', 'sno00001', ['sno00001']));
    expect(ours).toHaveLength(2);
    for (const [index, config] of configs(recorded!).entries()) {
      const answered = config.feedbackRules[0]!.jsonPaths.filter(({ path }) => !path.includes('&&'));
      expect(ours[index]!.feedbackRules[0]!.jsonPaths).toEqual(answered);
      expect(ours[index]).toMatchObject({
        feedbackScrapeType: config.feedbackScrapeType,
        updateStrategy: config.updateStrategy,
        resourceIdentifier: config.resourceIdentifier,
      });
    }
  });

  test('a failed build: its row, its reason, and the spoke that waits for it', async () => {
    room = createRoom();
    const objects = read('kmm-hub/build-failed.yaml');
    room.see(cluster('f-a', { kernels: ['5.14.0-284.30.1.el9_2.x86_64'], labels: { g: 'f' } }));
    for (const object of [...objects].reverse())
      room.see({ ...object, metadata: { ...object.metadata, uid: object.kind } });
    await room.settle();
    const { builds } = await room.modules.handlers['modules.get']({ hub: 'h', name: 'bf' });
    expect(builds).toMatchObject([
      { module: 'bf', spoke: 'f-a', kernel: '5.14.0-284.30.1.el9_2.x86_64', action: 'BuildImage', state: 'failed' },
    ]);
    const { rows } = await room.modules.handlers['modules.proof']({
      hub: 'h',
      name: 'bf',
      state: [],
      search: '',
      offset: 0,
      limit: 9,
    });
    expect(rows).toMatchObject([{ spoke: 'f-a', state: 'failed', cause: 'buildFailed' }]);
  });

  test('build and sign of one image are two rows with the kernel of both', async () => {
    room = createRoom();
    const kernel = '5.14.0-284.30.1.el9_2.x86_64';
    const image = `registry.bastion.example:5000/kmm/bs:${kernel}-signed`;
    room.see({
      apiVersion: 'kmm.sigs.x-k8s.io/v1beta1',
      kind: 'ModuleImagesConfig',
      metadata: {
        name: 'bs-n-a',
        namespace: 'openshift-kmm-hub',
        ownerReferences: [{ apiVersion: 'x', kind: 'ManagedClusterModule', name: 'bs', uid: 'u' }],
      },
      spec: { images: [{ image, kernelVersion: kernel, build: {}, sign: {} }] },
    });
    for (const object of read('kmm-hub/build-and-sign.yaml')) {
      if (object.kind === 'Build')
        room.see({ ...object, metadata: { ...object.metadata, uid: object.metadata.name! } });
    }
    const rows = room.store.db
      .prepare(`select action, kernel, image, state from build where module = 'bs' order by action`)
      .all();
    expect(rows).toEqual([
      { action: 'BuildImage', kernel, image, state: 'waiting' },
      { action: 'SignImage', kernel, image, state: 'waiting' },
    ]);
  });

  test('two kernels in one module: the mappings each spoke was given', () => {
    const given = read('kmm-hub/two-kernels-poisoned.yaml')
      .filter(({ kind }) => kind === 'ManifestWork')
      .map(rowOf)
      .map(({ spoke, kernels_json }) => [spoke, Object.keys(JSON.parse(kernels_json) as object).length]);
    expect(given).toEqual([
      ['m-a', 1],
      ['m-b', 0],
      ['m-c', 0],
      ['m-d', 0],
    ]);
  });
});
