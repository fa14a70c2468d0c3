import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import type { SpokeDetail } from '../../../shared/contract/fleet.ts';
import type { Output } from '../../../shared/contract.ts';
import { type Change, ChangeDialog } from './change-dialog.tsx';
import { LabelForm } from './label-form.tsx';

type Hub = Output<'hubs.list'>['hubs'][number];

/** Claims (what the spoke says of itself) and labels (what the hub says of it), which can be changed: selectors go by them. */
export function SpokeLabels({ hub, detail }: { hub: Hub; detail: SpokeDetail }) {
  const [asked, setAsked] = useState<{ title: string; change: Change } | undefined>();
  const spoke = detail.row.name;
  const labels = Object.entries(detail.labels).sort(([a], [b]) => a.localeCompare(b));
  return (
    <div className="kb-stack">
      <Pairs
        title="Claims"
        pairs={detail.claims.map(({ name, value }) => [name, value])}
        none="The spoke reports no claims."
      />
      <Pairs
        title="Labels"
        pairs={labels}
        none="No labels."
        onRemove={(key) =>
          setAsked({ title: `Remove label ${key} from ${spoke}?`, change: { spokes: [spoke], remove: [key] } })
        }
      />
      <LabelForm
        onSet={(key, value) =>
          setAsked({
            title: `Set ${key}=${value} on ${spoke}?`,
            change: { spokes: [spoke], set: { [key]: value } },
          })
        }
      />
      <div>
        <Button
          variant="link"
          isDanger
          isInline
          onClick={() =>
            setAsked({ title: `Delete ${spoke} from ${hub.name}?`, change: { spokes: [spoke], detach: true } })
          }
        >
          Delete this spoke from the hub…
        </Button>
      </div>
      {asked && <ChangeDialog hub={hub} spoke={spoke} {...asked} onClose={() => setAsked(undefined)} />}
    </div>
  );
}

function Pairs({
  title,
  pairs,
  none,
  onRemove,
}: {
  title: string;
  pairs: [string, string][];
  none: string;
  onRemove?: (key: string) => void;
}) {
  return (
    <table className="kb-plain">
      <caption>{title}</caption>
      <tbody>
        {pairs.map(([name, value]) => (
          <tr key={name}>
            <th scope="row" className="kb-break">
              {name}
            </th>
            <td className="kb-break">
              {value.split('\n').map((line, index) => (
                <div key={`${index}${line}`}>{line}</div>
              ))}
            </td>
            {onRemove && (
              <td>
                <button
                  type="button"
                  className="kb-link"
                  aria-label={`Remove label ${name}`}
                  onClick={() => onRemove(name)}
                >
                  Remove
                </button>
              </td>
            )}
          </tr>
        ))}
        {pairs.length === 0 && (
          <tr>
            <td className="kb-subtle">{none}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
