import type { Run } from '../../../shared/contract/mirror.ts';
import { useCall } from '../../state/use-call.ts';
import { runTitle } from './words.ts';

/** The title of a run with the names of sites instead of their ids. */
export function useRunTitle(run: Pick<Run, 'kind' | 'set' | 'place'>): string {
  const sites = useCall('mirror.sites', {}, { enabled: run.kind === 'push' });
  return runTitle(run, sites.data?.sites);
}
