import { Label } from '@patternfly/react-core';
import type { SpokeDetail } from '../../../shared/contract/fleet.ts';
import { Age } from '../../parts/age.tsx';
import { Badge } from '../../parts/badge.tsx';

const purposes = { module: 'Module', proof: 'Proof of load', install: 'Install', other: 'Other' } as const;

/** The manifest works of a spoke with what the agent says about each, and the values it fed back. */
export function SpokeWorks({ works }: { works: SpokeDetail['works'] }) {
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
              tone={work.delivered ? 'good' : 'busy'}
              word={work.delivered ? 'Applied' : work.state || 'Not applied yet'}
            />
            {work.reason && <span className="kb-subtle"> {work.reason}</span>}
          </p>
          {work.message && <p className="kb-subtle kb-break">{work.message}</p>}
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
        </li>
      ))}
    </ul>
  );
}
