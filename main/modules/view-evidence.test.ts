import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ProofRow } from '../../shared/contract/modules.ts';
import type { KubeObject } from '../../shared/kube.ts';
import { createNodeEvidence, type NodeEvidenceRow } from '../store/node-evidence.ts';
import { cluster, clusterInfo, image, imagesConfig, kernel, mcm, moduleWork } from './testing/objects.ts';
import { createRoom, type Room } from './testing/room.ts';
import { factsOf, viewEvidence } from './view-evidence.ts';
import { nodeView, viewAnswer } from './view-object.ts';

const node = (boot = 'b1'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'a' },
  status: { nodeInfo: { kernelVersion: kernel, bootID: boot } },
});
const config = (boot = 'b1'): KubeObject => ({
  apiVersion: 'kmm.sigs.x-k8s.io/v1beta1',
  kind: 'NodeModulesConfig',
  metadata: { name: 'a' },
  spec: { modules: [{ name: 'kmm-kmod', config: { containerImage: image(), kernelVersion: kernel } }] },
  status: {
    modules: [{ name: 'kmm-kmod', bootId: boot, config: { containerImage: image(), kernelVersion: kernel } }],
  },
});
const row = (object: KubeObject, read_at: string): NodeEvidenceRow => ({
  ...{ hub: 'h', spoke: 'a', node: 'a', kind: object.kind as NodeEvidenceRow['kind'], read_at, refusal: '' },
  facts_json: JSON.stringify(factsOf(object)),
});
const now = Date.parse('2026-03-01T10:00:00Z');
const long = { since: '2026-03-01T09:00:00Z', now };

describe('what views show', () => {
  const both = [row(node(), '2026-03-01T09:59:00Z'), row(config(), '2026-03-01T09:59:10Z')];
  test('is the evidence of a node, once both objects are read', () => {
    expect(viewEvidence(both, 'kmm-kmod', long)).toEqual({
      nodes: [
        {
          node: 'a',
          kernel,
          boot: 'b1',
          loadedKernel: kernel,
          loadedImage: image(),
          loadedBoot: 'b1',
          wantedImage: image(),
        },
      ],
      readAt: '2026-03-01T09:59:00Z',
      refusal: '',
    });
    expect(viewEvidence(both, 'other', long).nodes).toMatchObject([{ loadedImage: '', boot: 'b1' }]);
    expect(viewEvidence(both.slice(0, 1), 'kmm-kmod', long).nodes).toEqual([]);
  });
  test('of more than a quarter of an hour ago, or of before the spoke came back, says nothing of now', () => {
    expect(viewEvidence(both, 'kmm-kmod', { ...long, now: now + 15 * 60_000 }).nodes).toEqual([]);
    expect(viewEvidence(both, 'kmm-kmod', { ...long, since: '2026-03-01T09:59:05Z' }).nodes).toEqual([]);
  });
  test('a node that could not be read gives its reason', () => {
    const refused = [{ ...both[0]!, refusal: 'nodes "a" not found' }, both[1]!];
    expect(viewEvidence(refused, 'kmm-kmod', long)).toMatchObject({ nodes: [], refusal: 'nodes "a" not found' });
  });
  test('a view is asked for one object and read by its condition', () => {
    const view = nodeView('a', 'n.example', 'Node');
    expect(view.spec).toEqual({
      scope: { apiGroup: '', version: 'v1', kind: 'Node', name: 'n.example', updateIntervalSeconds: 600 },
    });
    expect(viewAnswer(view)).toMatchObject({ object: undefined, refusal: '' });
    const said = (status: string, result?: KubeObject) => ({
      ...view,
      status: { conditions: [{ type: 'Processing', status, message: 'm' }], ...(result && { result }) },
    });
    expect(viewAnswer(said('True', node()))?.object).toEqual(node());
    // A failed look keeps the result of before: it is not of now.
    expect(viewAnswer(said('False', node()))).toMatchObject({ object: undefined, refusal: 'm' });
    expect(viewAnswer({ ...view, spec: { scope: { kind: 'Secret', name: 'x' } } })).toBeUndefined();
  });
});

describe('a proof by views', () => {
  let room: Room;
  beforeEach(() => {
    room = createRoom();
    room.see(cluster('a'));
    room.see(clusterInfo('a'));
    room.see(mcm());
    room.see(imagesConfig('a', 'Exists'));
  });
  afterEach(() => room.close());
  const put = (object: KubeObject, at: string) => createNodeEvidence(room.store).put(row(object, at));
  async function proof(): Promise<ProofRow> {
    await room.settle();
    const filter = { state: [], search: '', offset: 0, limit: 10 };
    return (await room.modules.handlers['modules.proof']({ hub: 'h', name: 'kmm-kmod', ...filter })).rows[0]!;
  }
  test('holds while it is fresh, turns stale with a reboot, and falls back to what is claimed', async () => {
    put(node(), '2026-03-01T09:59:00Z');
    put(config(), '2026-03-01T09:59:00Z');
    room.see(moduleWork('a', { numbers: [1, 1, 1] }));
    expect(await proof()).toMatchObject({
      state: 'proven',
      evidence: 'view',
      nodeBoot: 'b1',
    });
    put(node('b2'), '2026-03-01T10:00:00Z');
    room.see(cluster('a'));
    expect(await proof()).toMatchObject({ state: 'staleBoot', evidence: 'view', loadedBoot: 'b1', nodeBoot: 'b2' });
    room.pass(16 * 60_000);
    room.see(cluster('a'));
    expect(await proof()).toMatchObject({ state: 'claimed', evidence: 'numbers', cause: 'noEvidence' });
  });
});
