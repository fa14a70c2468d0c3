import { z } from 'zod';

/** Id of a hub this application knows: a short slug made from its context, unique in a home. */
export const HubId = z.string().min(1).max(80);
/** RFC 3339 UTC, e.g. 2026-11-22T18:54:43Z. Times of hub objects are the hub's own clock. */
export const Time = z.string();
/** A Kubernetes object name. */
export const Name = z.string().min(1).max(253);
export const Page = { offset: z.int().min(0).default(0), limit: z.int().min(1).max(500).default(100) };
/** Counts by word, e.g. `{proven: 1748, failed: 0}`. */
export const Counts = z.record(z.string(), z.int());
export const Empty = z.strictObject({});
export const HubOnly = z.strictObject({ hub: HubId });

/** What would change in one object: `none` means the hub already has it. `before`/`after` are YAML without managedFields. */
export const ObjectDiff = z.object({
  kind: z.string(),
  namespace: z.string(),
  name: z.string(),
  change: z.enum(['create', 'update', 'none', 'delete', 'refused']),
  before: z.string(),
  after: z.string(),
  /** Field managers that own what we would change, from the server's conflict answer. */
  conflicts: z.array(z.object({ manager: z.string(), field: z.string() })).default([]),
  /** The server's words where the change is refused. */
  refusal: z.string().optional(),
});
export type ObjectDiff = z.infer<typeof ObjectDiff>;
