import { z } from 'zod';
import { Counts, Empty, HubId, HubOnly, Time } from './common.ts';
import { FaultSchema } from './fault.ts';

/** Where a kubeconfig comes from: files (merged as KUBECONFIG does), or pasted text (kept 0600 in the home). */
export const KubeconfigSource = z.strictObject({
  paths: z.array(z.string().min(1)).max(32).optional(),
  text: z.string().max(4_000_000).optional(),
});
export type KubeconfigSource = z.infer<typeof KubeconfigSource>;

/**
 * Something that must be shown and allowed before a connection uses it.
 * `key` is the SHA-256 (hex) over command, args, env and server (exec) or the value and server (others).
 */
export const Question = z.object({
  key: z.string(),
  kind: z.enum(['exec', 'authProvider', 'outsideFile', 'proxy', 'insecure', 'impersonation']),
  /** One sentence: what would happen. */
  sentence: z.string(),
  /** The full command line, path or address. */
  detail: z.string(),
  /** Earlier answer for the same key; undecided counts as no. */
  answer: z.enum(['yes', 'no', 'undecided']),
});
export type Question = z.infer<typeof Question>;

export const ContextInfo = z.object({
  context: z.string(),
  cluster: z.string(),
  server: z.string(),
  user: z.string(),
  namespace: z.string(),
  auth: z.enum(['certificate', 'token', 'basic', 'exec', 'authProvider', 'none']),
  tls: z.enum(['system-ca', 'custom-ca', 'insecure', 'plain-http']),
  current: z.boolean(),
  questions: z.array(Question),
  /** Why this context cannot be used, if it cannot. */
  fault: FaultSchema.optional(),
});
export type ContextInfo = z.infer<typeof ContextInfo>;

/** `syncing` until every feed has read what is new since the last connection (at first: all); `stale` while the connection is lost and rows are from before. */
export const HubPhase = z.enum(['disconnected', 'connecting', 'syncing', 'live', 'stale', 'refused']);

export const FeedState = z.object({
  kind: z.string(),
  /** absent: not served by this hub; forbidden: the right is missing; listing/live/retrying otherwise. */
  state: z.enum(['absent', 'forbidden', 'listing', 'live', 'retrying', 'stopped']),
  rows: z.int(),
  /** Local time of the last proof that the feed is current (event, bookmark or list). */
  freshAt: Time.optional(),
  resourceVersion: z.string().optional(),
  fault: FaultSchema.optional(),
});
export type FeedState = z.infer<typeof FeedState>;

export const Hub = z.object({
  id: HubId,
  name: z.string(),
  context: z.string(),
  server: z.string(),
  /** True for the embedded lab: the window shows a banner. */
  practice: z.boolean(),
  phase: HubPhase,
  /** Local time since when this phase holds. */
  since: Time,
  tls: z.enum(['system-ca', 'custom-ca', 'insecure', 'plain-http']),
  kubernetesVersion: z.string().optional(),
  identity: z.string().optional(),
  /** What is unusual about this server's version or what it serves, one sentence each; absent before the first connection. */
  remarks: z.array(z.string()).optional(),
  spokes: z.int(),
  /** Oldest freshAt over the feeds that are served and allowed; absent before the first list. */
  dataFrom: Time.optional(),
  /** hub clock minus ours, ms, from the Date header. */
  skewMs: z.number().optional(),
  fault: FaultSchema.optional(),
});
export type Hub = z.infer<typeof Hub>;

/** One line of the access probe: a thing the application does, and whether this identity may. */
export const AccessFeature = z.object({
  feature: z.string(),
  allowed: z.enum(['yes', 'partly', 'no', 'absent']),
  sentence: z.string(),
  /** `verb group/resource [namespace]` of each right that is missing. */
  missing: z.array(z.string()),
});
export type AccessFeature = z.infer<typeof AccessFeature>;

export const hubCalls = {
  /** Reads kubeconfigs without connecting or running anything. Faults: kubeconfig.unreadable, .notYaml, .noContexts. */
  'hubs.inspect': {
    input: KubeconfigSource,
    output: z.object({ contexts: z.array(ContextInfo), warnings: z.array(z.string()) }),
  },
  /** Adds a hub; does not connect. Faults: kubeconfig.*, kubeconfig.unknownContext, hub.exists. */
  'hubs.add': {
    input: z.strictObject({
      source: KubeconfigSource,
      context: z.string().optional(),
      name: z.string().max(80).optional(),
      practice: z.boolean().default(false),
    }),
    output: Hub,
  },
  /**
   * Gives a known hub a fresh kubeconfig, e.g. when its token has run out: what was read and told of it stays. An open connection is
   * closed; `hubs.connect` then uses the new one. Without `context` the hub's own, else the current one. Faults: kubeconfig.*,
   * kubeconfig.unknownContext, hub.otherServer, hub.exists.
   */
  'hubs.renew': {
    input: z.strictObject({ hub: HubId, source: KubeconfigSource, context: z.string().optional() }),
    output: Hub,
  },
  'hubs.list': { input: Empty, output: z.object({ hubs: z.array(Hub) }) },
  'hubs.get': { input: HubOnly, output: Hub },
  'hubs.remove': { input: HubOnly, output: Empty },
  /** What this hub's kubeconfig would do beyond a plain connection, with the answers so far. */
  'hubs.questions': { input: HubOnly, output: z.object({ questions: z.array(Question) }) },
  /** Remembers answers to questions; an answer belongs to the key, not to the hub. */
  'hubs.answer': {
    input: z.strictObject({ answers: z.array(z.strictObject({ key: z.string(), allow: z.boolean() })) }),
    output: Empty,
  },
  /**
   * Connects and starts the feeds; returns once connected or refused. Faults: hub.consentNeeded (about = question keys),
   * hub.unreachable, hub.certificateExpired, hub.certificateHost, hub.certificateUnknown, hub.unauthorized, hub.noOcm.
   */
  'hubs.connect': { input: HubOnly, output: Hub },
  'hubs.disconnect': { input: HubOnly, output: Hub },
  'hubs.feeds': { input: HubOnly, output: z.object({ feeds: z.array(FeedState) }) },
  'hubs.access': { input: HubOnly, output: z.object({ identity: z.string(), features: z.array(AccessFeature) }) },
  /** Rows a table holds for this hub, by table name: what `rows.changed` talks about. */
  'hubs.tables': { input: HubOnly, output: z.object({ rows: Counts }) },
} as const;
