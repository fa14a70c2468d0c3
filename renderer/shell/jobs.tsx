import { Button, MenuToggle, Popover, Progress } from '@patternfly/react-core';
import type { Output } from '../../shared/contract.ts';
import { Age } from '../parts/age.tsx';
import { Badge } from '../parts/badge.tsx';
import { useAct, useCall } from '../state/use-call.ts';
import { plural, progress } from '../words/format.ts';
import type { Tone } from '../words/states.ts';

type Job = Output<'jobs.list'>['jobs'][number];
const tones: Record<Job['state'], Tone> = {
  running: 'busy',
  done: 'good',
  gaps: 'bad',
  failed: 'bad',
  paused: 'quiet',
  cancelled: 'quiet',
};

/** What runs now, with progress, and what ended lately. */
export function Jobs() {
  const asked = useCall('jobs.list', { running: false });
  const cancel = useAct('jobs.cancel');
  const jobs = asked.data?.jobs ?? [];
  const running = jobs.filter(({ state }) => state === 'running');
  if (jobs.length === 0) return null;
  const first = running[0];
  const label = first ? (running.length === 1 ? first.title : plural(running.length, 'job')) : 'Jobs';
  return (
    <Popover
      aria-label="Jobs"
      minWidth="26rem"
      bodyContent={
        <ul className="kb-jobs">
          {[...running, ...jobs.filter(({ state }) => state !== 'running')].slice(0, 8).map((job) => (
            <li key={job.id}>
              <div className="kb-between">
                <strong>{job.title}</strong>
                {job.state === 'running' ? (
                  <Button variant="link" isInline onClick={() => cancel.act({ id: job.id })}>
                    Cancel
                  </Button>
                ) : (
                  <Badge tone={tones[job.state]} word={job.state} />
                )}
              </div>
              {job.state === 'running' && job.total > 0 && (
                <Progress
                  size="sm"
                  aria-label={job.title}
                  value={Math.min(100, Math.floor((job.done / job.total) * 100))}
                  label={progress(job.done, job.total, job.unit)}
                />
              )}
              <p className="kb-subtle">
                {job.fault?.message ?? job.sentence} <Age at={job.endedAt ?? job.startedAt} />
              </p>
            </li>
          ))}
        </ul>
      }
    >
      <MenuToggle variant="plainText" className="kb-jobs-toggle">
        {first ? (
          <>
            <span className="kb-state" data-tone="busy">
              {label}
            </span>
            {first.total > 0 && (
              <span className="kb-num kb-subtle"> {Math.min(100, Math.floor((first.done / first.total) * 100))} %</span>
            )}
          </>
        ) : (
          label
        )}
      </MenuToggle>
    </Popover>
  );
}
