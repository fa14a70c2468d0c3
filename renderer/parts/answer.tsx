import type { ReactNode } from 'react';
import type { Fault } from '../../shared/fault.ts';
import { Failed, Loading } from './states.tsx';

interface Asked<T> {
  data: T | undefined;
  fault: Fault | undefined;
  again: () => void;
}

/** Shows an answer, or why there is none yet. An old answer stays on screen when asking again fails: the masthead says since when. */
export function Answer<T>({ of, what, children }: { of: Asked<T>; what: string; children: (data: T) => ReactNode }) {
  if (of.data !== undefined) return children(of.data);
  if (of.fault) return <Failed fault={of.fault} what={`Could not read ${what}`} again={of.again} />;
  return <Loading what={`Reading ${what}`} />;
}
