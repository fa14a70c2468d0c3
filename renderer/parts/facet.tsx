import { MenuToggle, SearchInput } from '@patternfly/react-core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { count } from '../words/format.ts';

export interface FacetOption {
  value: string;
  word: string;
  /** How many it would show; left out where that is not counted. */
  count?: number;
}

/** A button with a panel that closes on Esc or a click elsewhere. */
export function Flyout({
  label,
  badge,
  wide = false,
  children,
}: {
  label: string;
  badge?: number;
  wide?: boolean;
  children: (close: () => void) => ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    const onEscape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      setOpen(false);
      box.current?.querySelector('button')?.focus();
    };
    addEventListener('pointerdown', outside);
    // Before the drawer's own listener, which leaves a prevented Esc alone.
    addEventListener('keydown', onEscape, { capture: true });
    return () => {
      removeEventListener('pointerdown', outside);
      removeEventListener('keydown', onEscape, { capture: true });
    };
  }, [open]);
  return (
    <div ref={box} className="kb-flyout">
      <MenuToggle
        isExpanded={open}
        onClick={() => setOpen(!open)}
        {...(badge ? { badge: <span className="kb-pill">{badge}</span> } : {})}
      >
        {label}
      </MenuToggle>
      {open && (
        <div className={`kb-panel${wide ? ' kb-wide' : ''}`} role="dialog" aria-label={label}>
          {children(() => setOpen(false))}
        </div>
      )}
    </div>
  );
}

/** A list of any length to tick from, with its own search; draws only what is seen. */
export function TickList({
  label,
  options,
  chosen,
  onChange,
  searchable,
}: {
  label: string;
  options: FacetOption[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
  searchable?: boolean;
}) {
  const [search, setSearch] = useState('');
  const box = useRef<HTMLDivElement>(null);
  const needle = search.trim().toLowerCase();
  const shown = options.filter(({ word }) => word.toLowerCase().includes(needle));
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => box.current,
    estimateSize: () => 34,
    overscan: 4,
  });
  const toggle = (value: string) =>
    onChange(chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value]);
  return (
    <>
      {(searchable ?? options.length > 8) && (
        <SearchInput
          aria-label={`Search ${label}`}
          placeholder={`Search ${label.toLowerCase()}`}
          value={search}
          onChange={(_event, value) => setSearch(value)}
          onClear={() => setSearch('')}
        />
      )}
      <fieldset className="kb-ticks-box" aria-label={label}>
        <div ref={box} className="kb-ticks">
          <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
            {virtual.getVirtualItems().map(({ index, start }) => {
              const option = shown[index];
              if (!option) return null;
              return (
                <label key={option.value} className="kb-tick" style={{ top: start }}>
                  <input
                    type="checkbox"
                    checked={chosen.includes(option.value)}
                    onChange={() => toggle(option.value)}
                  />
                  <span className="kb-cut" title={option.word}>
                    {option.word}
                  </span>
                  {option.count !== undefined && <span className="kb-num kb-subtle">{count(option.count)}</span>}
                </label>
              );
            })}
          </div>
        </div>
      </fieldset>
      {shown.length === 0 && (
        <p className="kb-subtle kb-pad">{options.length === 0 ? 'Nothing to choose from.' : 'Nothing is called so.'}</p>
      )}
    </>
  );
}
