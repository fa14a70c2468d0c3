import { Popover } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import type { NoClaim } from '../../../shared/contract/fleet.ts';
import type { Output } from '../../../shared/contract.ts';
import { useCall } from '../../state/use-call.ts';
import { count } from '../../words/format.ts';
import { claimWords } from '../../words/states.ts';
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
  const only = (operative?: boolean) => {
    const all = viewOf({}).filter;
    onShow({ ...view, filter: operative === undefined ? all : { ...all, operative } });
  };
  return (
    <dl className="kb-counts">
      <Count word="Potential">
        <Pick value={data.potential} onPick={() => only()} />
      </Count>
      <Count word="Operative">
        <Pick value={data.operative} onPick={() => only(true)} />
      </Count>
      <Count word="Not working">
        {data.notWorking === 0 ? '0' : <Reasons counts={data} onPick={() => only(false)} />}
      </Count>
      <Count word="KMM installed">{count(data.kmmInstalled)}</Count>
      <Count word="No kernel claim">
        {data.noKernelClaim === 0 ? (
          '0'
        ) : (
          <NoClaims counts={data} onPick={(claim) => onShow({ ...view, filter: { ...viewOf({}).filter, claim } })} />
        )}
      </Count>
    </dl>
  );
}

function Count({ word, children }: { word: string; children: ReactNode }) {
  return (
    <div>
      <dt>{word}</dt>
      <dd className="kb-num">{children}</dd>
    </div>
  );
}

function Pick({ value, onPick }: { value: number; onPick: () => void }) {
  return (
    <button type="button" className="kb-count-button" onClick={onPick}>
      {count(value)}
    </button>
  );
}

const claims = ['cut', 'noKmm', 'silent'] as const;

/** A claim that is missing looks the same for two reasons: it was cut off, or KMM is not there. */
function NoClaims({ counts, onPick }: { counts: Output<'fleet.counts'>; onPick: (claim: NoClaim[]) => void }) {
  return (
    <Popover
      aria-label="No kernel claim: cut off or KMM missing?"
      minWidth="24rem"
      bodyContent={(hide) => {
        const pick = (chosen: NoClaim[]) => {
          hide();
          onPick(chosen);
        };
        return (
          <div className="kb-stack">
            <strong>No kernel claim: cut off or KMM missing?</strong>
            <ul className="kb-reasons" aria-label="Why there is no claim">
              {claims
                .filter((claim) => counts.noKernelClaimBy[claim] > 0)
                .map((claim) => (
                  <li key={claim}>
                    <button type="button" className="kb-link" onClick={() => pick([claim])}>
                      <strong className="kb-num">{count(counts.noKernelClaimBy[claim])}</strong>{' '}
                      {claimWords[claim].word}
                    </button>
                    <div className="kb-subtle">{claimWords[claim].means}</div>
                  </li>
                ))}
            </ul>
            <button type="button" className="kb-link" onClick={() => pick([...claims])}>
              Show them in the table
            </button>
          </div>
        );
      }}
    >
      <button type="button" className="kb-count-button">
        {count(counts.noKernelClaim)}
      </button>
    </Popover>
  );
}

function Reasons({ counts, onPick }: { counts: Output<'fleet.counts'>; onPick: () => void }) {
  return (
    <Popover
      aria-label="Why spokes are not working"
      minWidth="24rem"
      bodyContent={
        <ul className="kb-reasons" aria-label="Reasons">
          {counts.notWorkingReasons.map(({ reason, count: many, examples }) => (
            <li key={reason}>
              <strong className="kb-num">{count(many)}</strong> {reason}
              <div className="kb-subtle kb-break">
                {examples.join(', ')}
                {many > examples.length ? ' …' : ''}
              </div>
            </li>
          ))}
        </ul>
      }
      footerContent={
        <button type="button" className="kb-link" onClick={onPick}>
          Show them in the table
        </button>
      }
    >
      <button type="button" className="kb-count-button" data-tone="bad">
        {count(counts.notWorking)}
      </button>
    </Popover>
  );
}
