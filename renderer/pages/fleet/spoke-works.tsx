import { Button, Label } from '@patternfly/react-core';
import type { SpokeDetail } from '../../../shared/contract/fleet.ts';
import { Age } from '../../parts/age.tsx';
import { Badge } from '../../parts/badge.tsx';
import { FeedbackAge } from '../../parts/feedback-age.tsx';
import { useToasts } from '../../state/toasts.ts';
import { useAct } from '../../state/use-call.ts';
import { shortTime } from '../../words/format.ts';

const purposes = { module: 'Module', proof: 'Proof of load', install: 'Install', other: 'Other' } as const;

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** The manifest works of a spoke with what the agent says about each, and the values it fed back. */
export function SpokeWorks({ hub, spoke, works }: { hub: string; spoke: string; works: SpokeDetail['works'] }) {
  const toasts = useToasts();
  const nudge = useAct('works.nudge', {
    done: ({ nudged, refused }) =>
      toasts.say(
        nudged > 0 ? 'success' : 'warning',
        nudged > 0 ? 'The agent tries it again now.' : (refused[0]?.reason ?? 'Nothing was nudged.'),
      ),
  });
  if (works.length === 0) return <p className="kb-subtle kb-pad">No manifest work is addressed to this spoke.</p>;
  return (
    <ul className="kb-cards">
      {works.map((work) => (
        <li key={work.name}>
          <div className="kb-between">
            <strong className="kb-break">{work.name}</strong>
            <Label isCompact variant="outline">
              {purposes[work.purpose]}
            </Label>
          </div>
          <p>
            <Badge
              tone={work.delivered ? 'good' : work.state === 'rejected' ? 'bad' : 'busy'}
              word={work.delivered ? 'Applied' : capital(work.state || 'not applied yet')}
            />
            {work.reason && <span className="kb-subtle"> {work.reason}</span>}
          </p>
          {work.message && <p className="kb-subtle kb-break">{work.message}</p>}
          {work.state === 'rejected' && (
            <p className="kb-between">
              <span className="kb-subtle">
                {work.nextTryAt
                  ? `The agent tries again at about ${shortTime(work.nextTryAt, Date.now())}.`
                  : 'The agent tries again at its next resync, every 4 to 6 minutes.'}
              </span>
              <Button
                variant="secondary"
                size="sm"
                isLoading={nudge.busy}
                onClick={() => nudge.act({ hub, name: work.name, spokes: [spoke] })}
              >
                Try now
              </Button>
            </p>
          )}
          {work.feedback.length > 0 && (
            <table className="kb-plain">
              <caption>
                Feedback <Age at={work.feedbackAt} by="hub" />
              </caption>
              <tbody>
                {work.feedback.map(({ manifest, name, value }) => (
                  <tr key={`${manifest}/${name}`}>
                    <th scope="row">{name}</th>
                    <td className="kb-break">{value}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          <FeedbackAge age={work.age} />
        </li>
      ))}
    </ul>
  );
}
