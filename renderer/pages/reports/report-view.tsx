import { Button } from '@patternfly/react-core';
import type { ReportModel } from '../../../shared/contract/install.ts';
import { Age } from '../../parts/age.tsx';
import { Answer } from '../../parts/answer.tsx';
import { Facts } from '../../parts/facts.tsx';
import { useToasts } from '../../state/toasts.ts';
import { useAct, useCall } from '../../state/use-call.ts';
import { bytes, clockTime, count, duration, plural } from '../../words/format.ts';
import { MirrorPart } from './mirror-part.tsx';
import { saveFile } from './save-file.ts';

const formats = ['html', 'json', 'csv'] as const;

/** A module's report as the store counts it now, and the ways to hand it out. */
export function ReportView({ hub, module }: { hub: string; module: string }) {
  const asked = useCall('reports.summary', { hub, module }, { keep: true });
  return (
    <Answer of={asked} what={`the report of ${module}`}>
      {(report) => (
        <div className="kb-stack kb-report">
          <div className="kb-between">
            <p className="kb-lead">
              {report.module} {report.image && <span className="kb-subtle kb-break">{report.image}</span>}
            </p>
            <Files hub={hub} module={module} />
          </div>
          <DayTable table={report.table} />
          <Facts
            facts={[
              ['Way', report.way || 'unknown'],
              [
                'Builds on the hub',
                `${count(report.builds)}${report.buildSeconds === null ? '' : `, ${duration(report.buildSeconds)}`}`,
              ],
              ['First load', clockTime(report.firstLoadAt) || 'none yet'],
              ['Last load', clockTime(report.lastLoadAt) || 'none yet'],
              ['Data', <Age key="data" at={report.dataFrom} as="old" />],
            ]}
          />
          <Milestones milestones={report.milestones} />
          <Durations durations={report.durations} />
          <NotProven notProven={report.notProven} />
          <MirrorPart mirror={report.mirror} />
        </div>
      )}
    </Answer>
  );
}

const dayWords = [
  ['potential', 'Potential'],
  ['notWorking', 'Not working'],
  ['operative', 'Operative'],
  ['kmmInstalled', 'KMM installed'],
  ['kmodDeployed', 'KMOD deployed'],
] as const;

function DayTable({ table }: { table: ReportModel['table'] }) {
  return (
    <table className="kb-day" aria-label="The table of the day">
      <thead>
        <tr>
          {dayWords.map(([key, word]) => (
            <th key={key} scope="col">
              {word}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <tr>
          {dayWords.map(([key]) => (
            <td key={key} className="kb-num" data-key={key}>
              {count(table[key])}
            </td>
          ))}
        </tr>
      </tbody>
    </table>
  );
}

function Milestones({ milestones }: { milestones: ReportModel['milestones'] }) {
  return (
    <section>
      <h2 className="kb-h">Milestones</h2>
      {milestones.length === 0 && <p className="kb-subtle">None yet.</p>}
      <ol className="kb-timeline">
        {milestones.map(({ at, name, sentence }) => (
          <li key={`${at}${name}`} data-tone="neutral">
            <time className="kb-num" dateTime={at}>
              {clockTime(at)}
            </time>
            <span className="kb-break">{sentence || name}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

const seconds = (value: number | null) => (value === null ? 'unknown' : duration(value));

function Durations({ durations }: { durations: ReportModel['durations'] }) {
  if (durations.length === 0) return null;
  return (
    <section>
      <h2 className="kb-h">How long it took, spoke by spoke</h2>
      <table className="kb-plain kb-wide-table">
        <thead>
          <tr>
            {['', 'Spokes', 'Fastest', 'Half by', '95 % by', '99 % by', 'Slowest'].map((word) => (
              <th key={word} scope="col" className={word ? 'kb-right' : ''}>
                {word || <span className="pf-v6-u-screen-reader">What</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {durations.map(({ name, values }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="kb-right kb-num">{count(values.count)}</td>
              {[values.min, values.p50, values.p95, values.p99, values.max].map((value, index) => (
                <td key={`${index}-${value}`} className="kb-right kb-num">
                  {seconds(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function NotProven({ notProven }: { notProven: ReportModel['notProven'] }) {
  if (notProven.length === 0) return null;
  return (
    <section>
      <h2 className="kb-h">Not proven, and why</h2>
      <ul className="kb-lines">
        {notProven.map(({ reason, count: many, spokes }) => (
          <li key={reason}>
            <strong className="kb-num">{plural(many, 'spoke')}</strong> {reason}
            <div className="kb-subtle kb-break">
              {spokes.slice(0, 10).join(', ')}
              {many > 10 ? ' …' : ''}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Files({ hub, module }: { hub: string; module: string }) {
  const toasts = useToasts();
  const read = useAct('reports.read', { done: saveFile });
  const write = useAct('reports.write', {
    done: ({ path, bytes: size }) => toasts.say('success', `Written to ${path} (${bytes(size)}).`),
  });
  return (
    <div className="kb-actions kb-still">
      {formats.map((format) => (
        <Button
          key={format}
          variant="secondary"
          size="sm"
          isDisabled={read.busy}
          onClick={() => read.act({ hub, module, format })}
        >
          Download {format.toUpperCase()}
        </Button>
      ))}
      <Button
        variant="link"
        size="sm"
        isLoading={write.busy}
        onClick={() => write.act({ hub, module, format: 'html' })}
      >
        Keep on the bastion
      </Button>
    </div>
  );
}
