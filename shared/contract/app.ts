import { z } from 'zod';
import { Empty, HubId, Time } from './common.ts';
import { FaultSchema } from './fault.ts';

/** `gaps`: done but for some of it; `paused`: stopped, and can be gone on with. */
export const JobState = z.enum(['running', 'done', 'gaps', 'failed', 'paused', 'cancelled']);

/** Long work: state is a row, progress an event. `done`/`total` in `unit`s; total 0 = not known yet. */
export const Job = z.object({
  id: z.string(),
  hub: z.string(),
  kind: z.string(),
  title: z.string(),
  state: JobState,
  done: z.int(),
  total: z.int(),
  unit: z.string(),
  sentence: z.string(),
  startedAt: Time,
  endedAt: Time.optional(),
  fault: FaultSchema.optional(),
});
export type Job = z.infer<typeof Job>;

/** A practice scenario the lab offers. */
export const Scenario = z.object({ name: z.string(), title: z.string(), spokes: z.int(), sentence: z.string() });

export const LabStatus = z.object({
  running: z.boolean(),
  scenario: z.string(),
  seed: z.int(),
  speed: z.number(),
  hub: HubId.optional(),
  server: z.string().optional(),
  /** File by which kubectl and others reach it. */
  kubeconfig: z.string().optional(),
});

export const appCalls = {
  'app.info': {
    input: Empty,
    output: z.object({
      version: z.string(),
      home: z.string(),
      host: z.enum(['electron', 'web', 'cli', 'test']),
      node: z.string(),
      sqlite: z.string(),
      shell: z.array(z.string()),
    }),
  },
  'jobs.list': {
    input: z.strictObject({ running: z.boolean().default(false) }),
    output: z.object({ jobs: z.array(Job) }),
  },
  'jobs.cancel': { input: z.strictObject({ id: z.string() }), output: Empty },
  'lab.scenarios': { input: Empty, output: z.object({ scenarios: z.array(Scenario) }) },
  'lab.status': { input: Empty, output: LabStatus },
  /** Starts the practice hub as a program of its own, adds it as a hub and connects. Faults: lab.unknownScenario, lab.running, lab.notStarted. */
  'lab.start': {
    input: z.strictObject({
      scenario: z.string(),
      seed: z.int().default(1),
      speed: z.number().min(0.1).max(600).default(1),
      broken: z.int().min(0).optional(),
      options: z.record(z.string(), z.string()).default({}),
    }),
    output: LabStatus,
  },
  'lab.stop': { input: Empty, output: Empty },
  /** Lets the user choose files; `paths` is empty when cancelled. Fault: shell.unavailable in hosts without dialogs. */
  'shell.pickFiles': {
    input: z.strictObject({
      title: z.string(),
      kind: z.enum(['kubeconfig', 'yaml', 'any']),
      many: z.boolean().default(false),
    }),
    output: z.object({ paths: z.array(z.string()) }),
  },
  'shell.saveAs': {
    input: z.strictObject({ title: z.string(), name: z.string() }),
    output: z.object({ path: z.string() }),
  },
  'shell.reveal': { input: z.strictObject({ path: z.string() }), output: Empty },
} as const;

export const events = {
  /** Rows changed in these tables of this hub: ask again. Coalesced to at most four a second. */
  'rows.changed': z.object({ hub: z.string(), tables: z.array(z.string()) }),
  'hub.changed': z.object({ hub: z.string() }),
  'job.changed': Job,
  'delivery.changed': z.object({ hub: z.string(), id: z.string() }),
  /** Something of the mirror changed: ask again. `id` is the run, site or set concerned. */
  'mirror.changed': z.object({
    what: z.enum(['sets', 'runs', 'store', 'sites', 'bundles', 'serving']),
    id: z.string(),
  }),
  'lab.changed': LabStatus,
  /** The engine process ended unexpectedly or came back: said by the host. */
  'engine.state': z.object({ running: z.boolean(), sentence: z.string() }),
} as const;
