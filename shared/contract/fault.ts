import { z } from 'zod';
import type { Fault } from '../fault.ts';

/** The wire shape of a Fault (shared/fault.ts). */
export const FaultSchema: z.ZodType<Fault> = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string(),
  field: z.string().optional(),
  about: z.array(z.string()).optional(),
});
