import type { BuildRow } from '../../../shared/contract/modules.ts';
import { Badge } from '../../parts/badge.tsx';
import { clockTime, duration } from '../../words/format.ts';
import type { Tone } from '../../words/states.ts';

const tones: Record<BuildRow['state'], Tone> = { waiting: 'quiet', running: 'busy', succeeded: 'good', failed: 'bad' };

/** The hub's builds and signings of this module, newest first. */
export function Builds({ builds }: { builds: readonly BuildRow[] }) {
  if (builds.length === 0)
    return (
      <p className="kb-subtle kb-pad">
        The hub has built nothing for this module: its images were there, or it has not come to it.
      </p>
    );
  return (
    <ul className="kb-cards">
      {builds.map((build, index) => (
        <li key={`${build.spoke}${build.kernel}${build.startedAt ?? index}`}>
          <div className="kb-between">
            <strong className="kb-break">{build.image}</strong>
            <Badge tone={tones[build.state]} word={build.state} />
          </div>
          <p className="kb-subtle kb-break">
            {build.action} for {build.kernel}, asked by {build.spoke}
          </p>
          <p className="kb-subtle kb-num">
            {build.startedAt ? `started ${clockTime(build.startedAt)}` : 'not started'}
            {build.seconds !== undefined && `, took ${duration(build.seconds)}`}
          </p>
          {build.message && <p className="kb-break">{build.message}</p>}
        </li>
      ))}
    </ul>
  );
}
