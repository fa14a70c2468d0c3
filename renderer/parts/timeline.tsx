import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { useCall } from '../state/use-call.ts';
import { clockTime } from '../words/format.ts';
import { Answer } from './answer.tsx';

const step = 100;

/** What happened, newest first, of a spoke or a module; at most 500 entries, 100 at a time. */
export function Timeline({ hub, spoke = '', module = '' }: { hub: string; spoke?: string; module?: string }) {
  const [limit, setLimit] = useState(step);
  const asked = useCall('fleet.timeline', { hub, spoke, module, limit }, { keep: true });
  return (
    <Answer of={asked} what="the timeline">
      {({ entries }) =>
        entries.length === 0 ? (
          <p className="kb-subtle kb-pad">Nothing has happened since this hub is known here.</p>
        ) : (
          <>
            <ol className="kb-timeline">
              {entries.map(({ id, at, sentence, tone, spoke: of }) => (
                <li key={id} data-tone={tone}>
                  <time className="kb-num" dateTime={at}>
                    {clockTime(at)}
                  </time>
                  <span className="kb-break">
                    {sentence}
                    {module && of ? <span className="kb-faint"> {of}</span> : null}
                  </span>
                </li>
              ))}
            </ol>
            {entries.length === limit && limit < 500 && (
              <Button variant="link" onClick={() => setLimit(Math.min(500, limit + step))}>
                Show older
              </Button>
            )}
          </>
        )
      }
    </Answer>
  );
}
