import { useCall } from '../../state/use-call.ts';
import { RunCard } from './run-card.tsx';

/** What moves bytes now, or waits for a person to go on: on top of every part. */
export function LiveRuns() {
  const runs = useCall('mirror.runs', { limit: 50 }, { keep: true }).data?.runs ?? [];
  const open = runs.filter(({ state }) => state === 'running' || state === 'paused' || state === 'interrupted');
  if (open.length === 0) return null;
  return (
    <section className="kb-stack" aria-label="Under way">
      {open.map((run) => (
        <RunCard key={run.id} run={run} />
      ))}
    </section>
  );
}
