import { Button, Progress } from '@patternfly/react-core';
import type { Run } from '../../../shared/contract/mirror.ts';
import { Badge } from '../../parts/badge.tsx';
import { formatRoute } from '../../state/route.ts';
import { useAct } from '../../state/use-call.ts';
import { useRoute } from '../../state/use-route.ts';
import { bytes, clockTime, count, duration, plainWords, plural } from '../../words/format.ts';
import { useRunTitle } from './use-run-title.ts';
import { runWords } from './words.ts';

/** How far a run is, with what can be done about it. Without `link` it stands under its own title. */
export function RunCard({ run, link = true }: { run: Run; link?: boolean }) {
  const { go } = useRoute();
  const pause = useAct('mirror.pause');
  const resume = useAct('mirror.resume');
  const cancel = useAct('mirror.cancel');
  const retry = useAct('mirror.retry', {
    done: ({ run: { id } }) => go({ page: 'mirror', path: ['runs', id] }),
  });
  const { word, tone, means } = runWords[run.state];
  const title = useRunTitle(run);
  const halted = run.state === 'paused' || run.state === 'interrupted';
  const open = run.state === 'running' || halted;
  const { id } = run;
  const main =
    run.state === 'running'
      ? { word: 'Pause', first: false, busy: pause.busy, act: () => pause.act({ id }) }
      : halted || run.state === 'failed'
        ? { word: 'Resume', first: halted || !link, busy: resume.busy, act: () => resume.act({ id, wait: false }) }
        : run.state === 'gaps'
          ? {
              ...{ word: `Retry ${count(run.imagesFailed)} failed`, first: !link, busy: retry.busy },
              act: () => retry.act({ id, wait: false }),
            }
          : undefined;
  return (
    <section className="kb-run" aria-label={`${title}, ${clockTime(run.startedAt)}`}>
      <div className="kb-between">
        <span>
          {link && (
            <>
              <a href={formatRoute({ page: 'mirror', path: ['runs', run.id] })} className="kb-break">
                <strong>{title}</strong>
              </a>{' '}
            </>
          )}
          <Badge tone={tone} word={word} title={means} />
        </span>
        <span className="kb-actions">
          {/* One button all along: who paused by the keyboard stands on Resume. */}
          {main && (
            <Button size="sm" variant={main.first ? 'primary' : 'secondary'} isLoading={main.busy} onClick={main.act}>
              {main.word}
            </Button>
          )}
          {open && (
            <Button variant="link" size="sm" isLoading={cancel.busy} onClick={() => cancel.act({ id: run.id })}>
              Cancel
            </Button>
          )}
        </span>
      </div>
      {open && run.bytes > 0 && (
        <Progress
          size="sm"
          aria-label={`${title}: bytes`}
          value={Math.min(100, Math.floor((run.bytesDone / run.bytes) * 100))}
        />
      )}
      {open && <p className="kb-subtle kb-num kb-break">{progressWords(run)}</p>}
      {/* Under its own title a fault is shown in full just below. */}
      {!open && (link || !run.fault) && (
        <p className="kb-subtle kb-num kb-break">
          {link && `${clockTime(run.startedAt)} · `}
          {plainWords(run.sentence)}
        </p>
      )}
    </section>
  );
}

function progressWords(run: Run): string {
  const parts = [
    ...(run.images > 0 ? [`${count(run.imagesDone)} of ${plural(run.images, 'image')}`] : []),
    ...(run.imagesFailed > 0 ? [`${count(run.imagesFailed)} failed`] : []),
    run.bytes > 0 ? `${bytes(run.bytesDone)} of ${bytes(run.bytes)}` : bytes(run.bytesDone),
    ...(run.state === 'running' && run.bytesPerSecond !== null ? [`${bytes(Math.round(run.bytesPerSecond))}/s`] : []),
    ...(run.state === 'running' && run.secondsLeft !== null ? [`${duration(run.secondsLeft)} left`] : []),
  ];
  return run.images === 0 && run.bytes === 0
    ? plainWords(run.sentence) || 'Looking at what is wanted'
    : parts.join(' · ');
}
