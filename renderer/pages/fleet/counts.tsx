import { Popover } from '@patternfly/react-core';
import { useCall } from '../../state/use-call.ts';
import { count } from '../../words/format.ts';
import { type FleetView, viewOf } from './fleet-view.ts';

interface Props {
  hub: string;
  view: FleetView;
  onShow: (view: FleetView) => void;
}

/** The table of the day in one line; operative and not working add up to potential. A click shows exactly those spokes. */
export function Counts({ hub, view, onShow }: Props) {
  const { data } = useCall('fleet.counts', { hub }, { keep: true });
  if (!data) return null;
  const only = (operative: boolean | undefined) =>
    onShow({
      ...viewOf({}),
      sort: view.sort,
      descending: view.descending,
      filter: { ...viewOf({}).filter, ...(operative !== undefined && { operative }) },
    });
  return (
    <dl className="kb-counts">
      <Count word="Potential" value={data.potential} onPick={() => only(undefined)} />
      <Count word="Operative" value={data.operative} tone="good" onPick={() => only(true)} />
      {data.notWorking > 0 && data.notWorkingReasons.length > 0 ? (
        <Popover
          aria-label="Why spokes are not working"
          headerContent="Not working"
          bodyContent={
            <ul className="kb-reasons">
              {data.notWorkingReasons.map(({ reason, count: many, examples }) => (
                <li key={reason}>
                  <strong className="kb-num">{count(many)}</strong> {reason}
                  <div className="kb-subtle">
                    {examples.join(', ')}
                    {many > examples.length ? ' …' : ''}
                  </div>
                </li>
              ))}
            </ul>
          }
          footerContent={
            <button type="button" className="kb-link" onClick={() => only(false)}>
              Show them in the table
            </button>
          }
        >
          <Count word="Not working" value={data.notWorking} tone="bad" />
        </Popover>
      ) : (
        <Count word="Not working" value={data.notWorking} onPick={() => only(false)} />
      )}
      <Count word="KMM installed" value={data.kmmInstalled} />
      <Count word="No kernel claim" value={data.noKernelClaim} />
    </dl>
  );
}

interface CountProps {
  word: string;
  value: number;
  tone?: string;
  onPick?: () => void;
}

function Count({ word, value, tone, onPick, ...rest }: CountProps & Record<string, unknown>) {
  const number = (
    <span className="kb-num" data-tone={value > 0 ? tone : undefined}>
      {count(value)}
    </span>
  );
  return (
    <div>
      <dt>{word}</dt>
      <dd>
        {onPick || 'onClick' in rest || tone === 'bad' ? (
          <button type="button" className="kb-count-button" {...rest} {...(onPick && { onClick: onPick })}>
            {number}
          </button>
        ) : (
          number
        )}
      </dd>
    </div>
  );
}
