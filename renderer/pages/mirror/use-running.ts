import type { Run } from '../../../shared/contract/mirror.ts';
import { useCall } from '../../state/use-call.ts';

/** The run of that kind that moves bytes now, of that set or to that place: a second one beside it would only be in its way. */
export function useRunning(kind: Run['kind'], of: string): Run | undefined {
  const runs = useCall('mirror.runs', { limit: 50 }, { keep: true }).data?.runs ?? [];
  return runs.find(
    (run) => run.kind === kind && run.state === 'running' && (kind === 'pull' ? run.set : run.place) === of,
  );
}
