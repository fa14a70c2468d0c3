import { afterEach, expect, test } from 'vitest';
import type { KubeObject } from '../../shared/kube.ts';
import { createRoom, type Room } from './testing/room.ts';

let room: Room;
afterEach(() => room.close());

const kernel = '4.18.0-372.43.1.el8_6.x86_64';
const image = `registry.bastion.example:5000/kmm/one:${kernel}`;
const namespace = 'openshift-kmm-hub';
const config = (done: boolean): KubeObject => ({
  apiVersion: 'kmm.sigs.x-k8s.io/v1beta1',
  kind: 'ModuleBuildSignConfig',
  metadata: { name: 'one-s1', namespace, uid: 'c' },
  spec: { images: [{ image, kernelVersion: kernel, action: 'BuildImage' }] },
  status: { images: done ? [{ image, action: 'BuildImage', status: 'Success' }] : [] },
});
const event = (at: string) =>
  ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'one-s1.1', namespace, uid: 'e' },
    reason: 'BuildimageSucceeded',
    message: 'Buildimage job succeeded for kernel 4-18-0-372-43-1-el8-6-x86-64',
    lastTimestamp: at,
    involvedObject: { kind: 'ModuleBuildSignConfig', name: 'one-s1' },
  }) as KubeObject;
const build = (phase: 'Running' | 'Complete', completed?: string): KubeObject => ({
  apiVersion: 'build.openshift.io/v1',
  kind: 'Build',
  metadata: {
    name: 'one-s1-build-abc',
    namespace,
    uid: 'b',
    creationTimestamp: '2026-03-01T10:00:00Z',
    labels: {
      'kmm.node.kubernetes.io/module.name': 'one-s1',
      'kmm.node.kubernetes.io/target-kernel': '4-18-0-372-43-1-el8-6-x86-64',
      'kmm.openshift.io/build.type': 'BuildImage',
    },
  },
  spec: {
    output: { to: { kind: 'DockerImage', name: image } },
    strategy: { dockerStrategy: { buildArgs: [{ name: 'KERNEL_FULL_VERSION', value: kernel }] } },
  },
  status: { phase, startTimestamp: '2026-03-01T10:00:10Z', ...(completed && { completionTimestamp: completed }) },
});
const module: KubeObject = {
  apiVersion: 'hub.kmm.sigs.x-k8s.io/v1beta1',
  kind: 'ManagedClusterModule',
  metadata: { name: 'one', uid: 'm' },
  spec: { selector: {}, moduleSpec: {} },
};
const rows = () => room.store.db.prepare('select state, started_at, ended_at from build').all();
const told = () => room.store.db.prepare(`select at from timeline where event = 'buildEnded'`).pluck().all();

test.each([
  ['its event', () => room.see(event('2026-03-01T10:03:30Z'))],
  ['the Build itself', () => room.see(build('Complete', '2026-03-01T10:03:30Z'))],
])('an end that was seen hours late is put right by %s', (_what, late) => {
  room = createRoom();
  room.see(module);
  room.see(config(false));
  room.see(build('Running'));
  room.pass(7_200_000);
  room.see(config(true));
  expect(rows()).toMatchObject([{ state: 'succeeded', ended_at: expect.stringContaining('2026-03-01T12:00:00') }]);
  late();
  expect(rows()).toEqual([
    { state: 'succeeded', started_at: '2026-03-01T10:00:10Z', ended_at: '2026-03-01T10:03:30Z' },
  ]);
  expect(told()).toEqual(['2026-03-01T10:03:30Z']);
});
