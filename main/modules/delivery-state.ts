import { z } from 'zod';
import type { LoadState } from '../../shared/contract/fleet.ts';
import { DeliveryPhase, DeliveryWay } from '../../shared/contract/modules.ts';

/** What a delivery must remember to go on after a restart; kept as JSON in its row. */
export const DeliveryState = z.object({
  module: z.string(),
  way: DeliveryWay,
  phase: DeliveryPhase,
  sentence: z.string(),
  /** Since when (hub time, ms) the module stands on the hub as this delivery wants it, and its generation then. */
  appliedAt: z.number().nullable(),
  generation: z.number(),
  /** The module's row has been seen since: its absence from now on means that someone deleted it. */
  seen: z.boolean(),
  canaries: z.array(z.object({ kernel: z.string(), spoke: z.string() })),
  /** Kernels whose first spoke is through: every spoke of these kernels may follow. */
  kernels: z.array(z.string()),
  /** Given up because targets failed and nothing moved any more: it is watched on, and done if they come after all. */
  lost: z.boolean().default(false),
  /** Nothing has moved for so long that a person should look; the delivery goes on by itself when something moves. */
  stalled: z.boolean().default(false),
});
export type DeliveryState = z.infer<typeof DeliveryState>;

/** One spoke of the user's selector, as rows show it now. */
export interface TargetView {
  spoke: string;
  operative: boolean;
  /** It reports kernels, and each matches a mapping. */
  covered: boolean;
  kernels: readonly string[];
  /** Our label is on it (or was set a moment ago). */
  labelled: boolean;
  /** KMM-Hub's work for this module is there. */
  hasWork: boolean;
  state: z.infer<typeof LoadState>;
  cause: string;
  reason: string;
  remedy: string;
  /** Since when this state holds, ms. */
  since: number;
  /** The hub or the work agent refuses to read the evidence: claimed is all there will ever be. */
  evidenceRefused: boolean;
  /** The work agent has taken over our proof work: if nothing is read now, nothing will be. */
  evidenceAsked: boolean;
}

/** Nothing moves any more and a person should look; told from a row without reading the whole state. */
export const isStalled = ({ state_json }: { state_json: string }): boolean =>
  (JSON.parse(state_json) as { stalled?: boolean }).stalled === true;

/** The delivery has ended; a failed one may still be watched on. */
export const isOver = (phase: DeliveryState['phase']): boolean => ['done', 'failed', 'stopped'].includes(phase);
