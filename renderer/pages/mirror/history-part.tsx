import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { Answer } from '../../parts/answer.tsx';
import { NothingYet } from '../../parts/states.tsx';
import { formatRoute } from '../../state/route.ts';
import { useCall } from '../../state/use-call.ts';
import { clockTime, plainWords, plural } from '../../words/format.ts';
import { RunCard } from './run-card.tsx';

const step = 100;

/** What was brought where, and what was verified, newest first; the last runs beside it. */
export function HistoryPart() {
  const [limit, setLimit] = useState(step);
  const asked = useCall('mirror.history', { limit }, { keep: true });
  const runs = useCall('mirror.runs', { limit: 10 }, { keep: true });
  return (
    <div className="kb-columns">
      <section aria-label="What happened">
        <h2 className="kb-h">What is where since when</h2>
        <Answer of={asked} what="the history">
          {({ rows, total }) =>
            total === 0 ? (
              <NothingYet
                title="Nothing has happened yet"
                next={
                  <Button component="a" href={formatRoute({ page: 'mirror' })}>
                    See the image sets
                  </Button>
                }
              >
                Pulls, bundles, imports, pushes and checks are written down here, with time and place.
              </NothingYet>
            ) : (
              <>
                <ol className="kb-timeline">
                  {rows.map(({ at, sentence, place }, index) => (
                    <li key={`${at}${index}`}>
                      <time className="kb-num" dateTime={at}>
                        {clockTime(at)}
                      </time>
                      <span className="kb-break">
                        {plainWords(sentence)} {place && <span className="kb-faint">{place}</span>}
                      </span>
                    </li>
                  ))}
                </ol>
                {rows.length < total && limit < 500 && (
                  <Button variant="link" onClick={() => setLimit(Math.min(500, limit + step))}>
                    Show older ({plural(total - rows.length, 'entry', 'entries')})
                  </Button>
                )}
              </>
            )
          }
        </Answer>
      </section>
      <section aria-label="Last runs">
        <h2 className="kb-h">Last runs</h2>
        <Answer of={runs} what="the runs">
          {({ runs: last }) =>
            last.length === 0 ? (
              <p className="kb-subtle">None yet.</p>
            ) : (
              <div className="kb-stack">
                {last.map((run) => (
                  <RunCard key={run.id} run={run} />
                ))}
              </div>
            )
          }
        </Answer>
      </section>
    </div>
  );
}
