import type { Output } from '../../shared/contract.ts';
import type { Script } from './transport.ts';

type Hub = Output<'hubs.get'>;
const now = () => new Date().toISOString();

/** The hub every scripted window knows. */
export const scriptedHub = (part: Partial<Hub> = {}): Hub => ({
  id: 'practice',
  name: 'Practice: scale-1755',
  context: 'lab',
  server: 'https://127.0.0.1:6443',
  practice: true,
  phase: 'live',
  since: now(),
  tls: 'custom-ca',
  kubernetesVersion: 'v1.25.4+77bec7a',
  identity: 'system:admin',
  spokes: 1755,
  dataFrom: now(),
  skewMs: 312_000,
  ...part,
});

/** Application, jobs, practice hub and hubs. */
export function shellScript(size: number): Script {
  return {
    'app.info': () => ({
      version: '0.1.0',
      home: '/home/user/.kmm-bastion',
      host: 'test',
      node: 'v24',
      sqlite: '3',
      shell: [],
    }),
    'jobs.list': () => ({
      jobs: [
        {
          id: 'j1',
          hub: 'practice',
          kind: 'sync',
          title: 'Reading the hub',
          state: 'running',
          done: 840,
          total: 1755,
          unit: 'spokes',
          sentence: 'ManagedClusters',
          startedAt: now(),
        },
      ],
    }),
    'lab.scenarios': () => ({
      scenarios: [
        {
          name: 'site-3',
          title: 'One site',
          spokes: 3,
          sentence: 'Three spokes, quick: the whole day in a few minutes.',
        },
        {
          name: 'scale-1755',
          title: 'The published day',
          spokes: 1755,
          sentence: '65 hypervisors with 27 spokes each; seven do not work.',
        },
        {
          name: 'mixed-kernels',
          title: 'Mixed kernels',
          spokes: 12,
          sentence: 'Two kernels and one arm64 spoke: see what goes wrong.',
        },
      ],
    }),
    'lab.status': () => ({
      running: true,
      scenario: 'scale-1755',
      seed: 1,
      speed: 10,
      hub: 'practice',
      server: 'https://127.0.0.1:6443',
    }),
    'hubs.list': () => ({
      hubs: [
        scriptedHub(),
        scriptedHub({
          id: 'north',
          name: 'hub-north',
          practice: false,
          phase: 'stale',
          spokes: 412,
          server: 'https://[fd01::10]:6443',
        }),
      ],
    }),
    'hubs.feeds': () => ({
      feeds: [
        { kind: 'ManagedCluster', state: 'live', rows: size, freshAt: now() },
        { kind: 'ManifestWork', state: 'live', rows: size * 2, freshAt: now() },
        {
          kind: 'Policy',
          state: 'forbidden',
          rows: 0,
          fault: { code: 'feed.forbidden', message: 'You may not list policies.', remedy: 'Ask for list policies.' },
        },
        { kind: 'ManagedClusterView', state: 'absent', rows: 0 },
      ],
    }),
    'hubs.access': () => ({
      identity: 'system:admin',
      features: [
        { feature: 'See the fleet', allowed: 'yes', sentence: 'You may list and watch managed clusters.', missing: [] },
        {
          feature: 'Install KMM on spokes',
          allowed: 'partly',
          sentence: 'Policies may be read but not created.',
          missing: ['create policies.policy.open-cluster-management.io [kmm-bastion]'],
        },
      ],
    }),
    'hubs.connect': () => scriptedHub(),
  };
}
