import { Button, Label, LabelGroup, SearchInput } from '@patternfly/react-core';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { FleetFilter } from '../../../shared/contract/fleet.ts';
import { Flyout, TickList } from '../../parts/facet.tsx';
import { useCall } from '../../state/use-call.ts';
import { count, plural } from '../../words/format.ts';
import { availabilityWords, claimWords, loadOrder, loadWords, wordFor } from '../../words/states.ts';
import { chipsOf, type FleetView, viewOf } from './fleet-view.ts';
import { LabelFacet } from './label-facet.tsx';
import { SavedViews } from './saved-views.tsx';

interface Props {
  hub: string;
  view: FleetView;
  onShow: (view: FleetView) => void;
  total: number | undefined;
  /** The rows of this view are on their way: nothing else is asked before them. */
  busy: boolean;
}

const wordOf = (group: string, value: string) => {
  if (group === 'availability') return wordFor(availabilityWords, value).word;
  if (group === 'load') return wordFor(loadWords, value).word;
  if (group === 'claim') return wordFor(claimWords, value).word;
  if (group === 'kernel' && value === '') return 'no claim';
  return value || 'unknown';
};

/** Search, facets with counts, chips of what is chosen, saved views. */
export function Filters({ hub, view, onShow, total, busy }: Props) {
  const { filter } = view;
  const facets = useCall('fleet.facets', { hub, filter: useSettled(filter, busy) }, { keep: true }).data;
  const set = (part: Partial<FleetFilter>) => onShow({ ...view, filter: { ...filter, ...part } });
  const options = (group: 'availability' | 'openshift' | 'kernel' | 'load') => {
    const values = (facets?.[group] ?? []).map(({ value, count: many }) => ({
      value,
      word: wordOf(group, value),
      count: many,
    }));
    return group === 'load' ? values.sort((a, b) => place(a.value) - place(b.value)) : values;
  };
  const kernels = facets?.kernel.filter(({ value }) => value !== '').length ?? 0;
  const chips = chipsOf(filter, wordOf);
  return (
    <div className="kb-filters">
      <div className="kb-filter-row">
        <Search value={filter.search} busy={busy} onChange={(search) => set({ search })} />
        <Flyout label="State" badge={filter.availability.length}>
          {() => (
            <TickList
              label="State"
              options={options('availability')}
              chosen={filter.availability}
              onChange={(chosen) => set({ availability: chosen as FleetFilter['availability'] })}
            />
          )}
        </Flyout>
        <Flyout label="OpenShift" badge={filter.openshift.length}>
          {() => (
            <TickList
              label="OpenShift"
              options={options('openshift')}
              chosen={filter.openshift}
              onChange={(openshift) => set({ openshift })}
            />
          )}
        </Flyout>
        <Flyout label="Kernel" badge={filter.kernel.length} wide>
          {() => (
            <TickList
              label="Kernel"
              options={options('kernel')}
              chosen={filter.kernel}
              onChange={(kernel) => set({ kernel })}
            />
          )}
        </Flyout>
        <Flyout label="Module state" badge={filter.load.length}>
          {() => (
            <TickList
              label="Module state"
              options={options('load')}
              chosen={filter.load}
              onChange={(load) => set({ load: load as FleetFilter['load'] })}
            />
          )}
        </Flyout>
        <Flyout label="Labels" badge={filter.labels.length} wide>
          {() => (
            <LabelFacet
              hub={hub}
              keys={facets?.labels ?? []}
              chosen={filter.labels}
              onChange={(labels) => set({ labels })}
            />
          )}
        </Flyout>
        <span className="kb-spring" />
        <SavedViews view={view} onShow={onShow} />
      </div>
      <div className="kb-filter-row kb-result">
        <span className="kb-num" role="status">
          {total === undefined ? '' : plural(total, 'spoke')}
        </span>
        {chips.length > 0 && (
          <>
            <LabelGroup aria-label="Active filters" numLabels={12}>
              {chips.map(({ group, text, without }) => (
                <Label
                  key={`${group}${text}`}
                  variant="outline"
                  isCompact
                  onClose={() => onShow({ ...view, filter: without })}
                  closeBtnAriaLabel={`Remove ${group} ${text}`}
                >
                  {group}: {text}
                </Label>
              ))}
            </LabelGroup>
            <Button
              variant="link"
              isInline
              onClick={() => onShow({ ...viewOf({}), sort: view.sort, descending: view.descending })}
            >
              Clear
            </Button>
          </>
        )}
        {kernels > 1 && chips.length === 0 && <span className="kb-subtle">{count(kernels)} kernels in this fleet</span>}
      </div>
    </div>
  );
}

/** The filter whose rows have stood for a breath: counting is not asked for every letter, and never before the rows. */
function useSettled(filter: FleetFilter, busy: boolean): FleetFilter {
  const key = JSON.stringify(filter);
  const [settled, setSettled] = useState(key);
  useEffect(() => {
    if (busy || key === settled) return;
    const timer = setTimeout(() => setSettled(key), 150);
    return () => clearTimeout(timer);
  }, [key, busy, settled]);
  return useMemo(() => JSON.parse(settled) as FleetFilter, [settled]);
}

const place = (state: string) => (loadOrder as readonly string[]).indexOf(state);

/** Types at once and asks at once; while an answer is on its way only the latest text waits to be asked next. */
function Search({ value, busy, onChange }: { value: string; busy: boolean; onChange: (value: string) => void }) {
  const [text, setText] = useState(value);
  const said = useRef(value);
  useEffect(() => {
    // The link changed by other means (back, a saved view): follow it.
    if (value !== said.current) setText(value);
    said.current = value;
  }, [value]);
  useEffect(() => {
    if (busy || text === said.current) return;
    said.current = text;
    onChange(text);
  }, [text, busy, onChange]);
  return (
    <div className="kb-search" data-filter>
      <SearchInput
        aria-label="Filter spokes by name (press /)"
        placeholder="Filter by name  /"
        value={text}
        onChange={(_event, next) => setText(next)}
        onClear={() => setText('')}
      />
    </div>
  );
}
