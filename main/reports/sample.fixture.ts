import type { ReportModel } from '../../shared/contract/install.ts';
import { distribution } from '../../shared/rules/percentile.ts';

/** A small report with hostile text in it, for the tests of the writers. */
export const sampleModel = (): ReportModel => ({
  title: 'Deployment of kmm-kmod',
  hub: 'hub <1> "west"',
  server: 'https://[::1]:6443',
  module: 'kmm-kmod',
  image: 'registry.example:5000/kmm/kmm-kmod:5.14',
  practice: false,
  writtenAt: '2026-11-22T18:00:00Z',
  dataFrom: '2026-11-22T17:00:00Z',
  way: 'staged',
  table: { potential: 2, notWorking: 0, operative: 2, kmmInstalled: 2, kmodDeployed: 1 },
  builds: 1,
  buildSeconds: 120,
  firstLoadAt: '2026-11-22T17:50:00Z',
  lastLoadAt: '2026-11-22T17:50:00Z',
  milestones: [
    { at: '2026-11-22T17:40:00Z', name: 'Module applied', sentence: 'It was & is <applied>.' },
    { at: '2026-11-22T17:50:00Z', name: 'First load', sentence: 'Proven.' },
  ],
  durations: [{ name: 'Load', values: distribution([30]) }],
  states: { proven: 1, failed: 1 },
  spokes: [
    {
      spoke: 'sno1',
      kernel: '5.14',
      openshift: '4.12.3',
      state: 'proven',
      kmmSeconds: 60,
      loadSeconds: 30,
      provenAt: '2026-11-22T17:50:00Z',
      reason: '',
    },
    {
      spoke: 'sno2',
      kernel: '5.14',
      openshift: '4.12.3',
      state: 'failed',
      kmmSeconds: 61,
      loadSeconds: null,
      provenAt: null,
      reason: '=cmd|"/C calc"!A1, <script>alert(1)</script>',
    },
  ],
  notProven: [{ reason: '=cmd|"/C calc"!A1, <script>alert(1)</script>', count: 1, spokes: ['sno2'] }],
  mirror: [
    {
      site: 'Site <north>',
      address: '[fd00::5]:5000/ocp',
      images: 149,
      missing: 1,
      pushedAt: '2026-11-22T16:00:00Z',
      verifiedAt: '2026-11-22T16:05:00Z',
      bundles: [
        {
          id: 'ab'.repeat(32),
          madeAt: '2026-11-21T09:00:00Z',
          readAt: '2026-11-22T15:50:00Z',
          images: 150,
          bytes: 3_363_877,
        },
      ],
      pointed: [{ at: '2026-11-22T16:10:00Z', sentence: 'The hub pulls from [fd00::5]:5000/ocp (7 objects).' }],
    },
  ],
});
