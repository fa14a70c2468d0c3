import type { FeedState } from '../../../shared/contract/hubs.ts';
import type { Output } from '../../../shared/contract.ts';
import { Age } from '../../parts/age.tsx';
import { Answer } from '../../parts/answer.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Facts } from '../../parts/facts.tsx';
import { useCall } from '../../state/use-call.ts';
import { count, duration } from '../../words/format.ts';
import type { Tone } from '../../words/states.ts';

type Hub = Output<'hubs.list'>['hubs'][number];
const feedWords: Record<FeedState['state'], { word: string; tone: Tone }> = {
  live: { word: 'Live', tone: 'good' },
  listing: { word: 'Reading', tone: 'busy' },
  retrying: { word: 'Trying again', tone: 'warn' },
  stopped: { word: 'Stopped', tone: 'quiet' },
  absent: { word: 'Not served here', tone: 'quiet' },
  forbidden: { word: 'Not allowed', tone: 'warn' },
};
const tls: Record<Hub['tls'], string> = {
  'system-ca': 'verified by the system’s CAs',
  'custom-ca': 'verified by the kubeconfig’s CA',
  insecure: 'NOT verified: anyone between could read and change everything',
  'plain-http': 'NOT encrypted',
};

/** The connection in facts, and each feed with the age of its rows. */
export function OverviewPart({ hub }: { hub: Hub }) {
  const feeds = useCall('hubs.feeds', { hub: hub.id }, { every: 5000 });
  return (
    <div className="kb-stack">
      <Facts
        facts={[
          ['Server', hub.server],
          ['Identity', hub.identity ?? (hub.kubernetesVersion ? 'not told by this server' : 'not connected yet')],
          ['Context', hub.context],
          ['Encryption', tls[hub.tls]],
          ['Kubernetes', hub.kubernetesVersion ?? 'unknown'],
          ['Spokes', count(hub.spokes)],
          ['Clock', hub.skewMs === undefined ? 'unknown' : skewWords(hub.skewMs)],
        ]}
      />
      {hub.remarks?.map((remark) => (
        <p key={remark} className="kb-subtle">
          {remark}
        </p>
      ))}
      <section>
        <h2 className="kb-h">What is watched</h2>
        <Answer of={feeds} what="the feeds">
          {({ feeds: list }) => (
            <table className="kb-plain kb-feeds">
              <thead>
                <tr>
                  <th scope="col">Objects</th>
                  <th scope="col">State</th>
                  <th scope="col" className="kb-right">
                    Rows
                  </th>
                  <th scope="col" className="kb-right">
                    Age
                  </th>
                </tr>
              </thead>
              <tbody>
                {list.map(({ kind, state, rows, freshAt, fault }) => (
                  <tr key={kind}>
                    <th scope="row">{kind}</th>
                    <td>
                      <Badge tone={feedWords[state].tone} word={feedWords[state].word} />
                      {fault && <div className="kb-subtle kb-break">{fault.message}</div>}
                    </td>
                    <td className="kb-right kb-num">{count(rows)}</td>
                    <td className="kb-right">
                      <Age at={freshAt} as="plain" />
                    </td>
                  </tr>
                ))}
                {list.length === 0 && (
                  <tr>
                    <td colSpan={4} className="kb-subtle">
                      Nothing is watched before the first connection.
                    </td>
                  </tr>
                )}
              </tbody>
            </table>
          )}
        </Answer>
      </section>
    </div>
  );
}

function skewWords(ms: number): string {
  const seconds = Math.abs(ms) / 1000;
  if (seconds < 2) return 'in step with this laptop';
  return `the hub’s clock is ${duration(seconds)} ${ms > 0 ? 'ahead of' : 'behind'} this laptop’s`;
}
