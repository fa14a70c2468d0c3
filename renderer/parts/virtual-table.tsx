import { Table, TableContext, Tbody, Th, Thead, Tr } from '@patternfly/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, memo, type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import type { Tone } from '../words/states.ts';

export interface Column<Row> {
  id: string;
  title: string;
  width: string;
  sortable?: boolean;
  /** Right-aligned tabular numbers. */
  number?: boolean;
  cell: (row: Row) => ReactNode;
  /** Draws the cell's dot: on the cell itself, which keeps the table small in nodes. */
  tone?: (row: Row) => Tone;
  title_?: (row: Row) => string;
}

interface Props<Row> {
  label: string;
  columns: readonly Column<Row>[];
  total: number;
  rowAt: (index: number) => Row | undefined;
  keyOf: (row: Row) => string;
  onRange: (first: number, last: number) => void;
  sort?: string;
  descending?: boolean;
  onSort?: (id: string, descending: boolean) => void;
  onOpen?: (row: Row) => void;
  selected?: string;
  busy?: boolean;
}

const rowHeight = 40;
const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: -1e9, End: 1e9 };

/** A table of any length that draws only what is seen. Arrows, Page, Home and End move; Enter opens. */
export function VirtualTable<Row>(props: Props<Row>) {
  const { label, columns, total, rowAt, keyOf, onRange, onOpen, selected, busy = false } = props;
  const box = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const wantsFocus = useRef(false);
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 3,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  const focusable = Math.min(Math.max(active, first), last);

  useEffect(() => onRange(first, last), [first, last, onRange]);
  useEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    box.current?.querySelector<HTMLElement>(`[data-index="${active}"]`)?.focus({ preventScroll: true });
  }, [active]);

  const sorts = useRef(props.onSort);
  useEffect(() => {
    sorts.current = props.onSort;
  });
  const onSort = useCallback((id: string, down: boolean) => sorts.current?.(id, down), []);

  function onKeyDown(event: KeyboardEvent) {
    const move = moves[event.key];
    const row = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('[data-index]') : null;
    if (!row) return;
    const at = Number(row.dataset.index);
    if (event.key === 'Enter' && event.target === row) {
      const data = rowAt(at);
      if (data) onOpen?.(data);
    } else if (move !== undefined) {
      event.preventDefault();
      const next = Math.min(total - 1, Math.max(0, at + move));
      virtual.scrollToIndex(next);
      wantsFocus.current = true;
      // The row may not be drawn yet: it is focused after the paint that follows the scroll.
      requestAnimationFrame(() => requestAnimationFrame(() => setActive(next)));
    }
  }

  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <div ref={box} className="kb-scroll" aria-busy={busy}>
      <Table
        onKeyDown={onKeyDown}
        variant="compact"
        aria-label={label}
        isStickyHeader
        gridBreakPoint=""
        className="kb-table"
        aria-rowcount={total + 1}
      >
        <Head
          columns={columns}
          sort={props.sort}
          descending={props.descending ?? false}
          sortable={props.onSort !== undefined}
          onSort={onSort}
        />
        <Tbody>
          {before > 0 && <Spacer height={before} span={columns.length} />}
          {items.map(({ index }) => (
            <DrawnRow
              key={index}
              index={index}
              row={rowAt(index)}
              columns={columns}
              chosen={selected}
              keyOf={keyOf}
              focusable={index === focusable}
              onOpen={onOpen}
            />
          ))}
          {after > 0 && <Spacer height={after} span={columns.length} />}
        </Tbody>
      </Table>
    </div>
  );
}

interface HeadProps {
  columns: readonly Pick<Column<never>, 'id' | 'title' | 'width' | 'sortable' | 'number'>[];
  sort: string | undefined;
  descending: boolean;
  sortable: boolean;
  onSort: (id: string, descending: boolean) => void;
}

// PatternFly's Th measures itself whenever it is drawn, which makes the browser lay out the page: only when the sort has changed.
// The Table gives its context anew each time, which would draw every Th again: the head has one of its own.
const headContext = { variant: 'compact' } as const;
const Head = memo(function Head({ columns, sort, descending, sortable, onSort }: HeadProps) {
  return (
    <TableContext value={headContext}>
      <Thead>
        <Tr aria-rowindex={1}>
          {columns.map((column, index) => (
            <Th
              key={column.id}
              style={{ width: column.width }}
              className={column.number ? 'kb-right' : ''}
              {...(column.sortable &&
                sortable && {
                  sort: {
                    columnIndex: index,
                    sortBy: {
                      ...(sort === column.id && { index }),
                      direction: descending ? ('desc' as const) : ('asc' as const),
                      defaultDirection: 'asc' as const,
                    },
                    onSort: (_event, _index, direction) => onSort(column.id, direction === 'desc'),
                  },
                })}
            >
              {column.title}
            </Th>
          ))}
        </Tr>
      </Thead>
    </TableContext>
  );
});

function Spacer({ height, span }: { height: number; span: number }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a spacer has nothing to focus; it only stands for rows that are not drawn
    <tr aria-hidden="true">
      <td colSpan={span} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}

interface RowProps<Row> {
  index: number;
  row: Row | undefined;
  columns: readonly Column<Row>[];
  chosen: string | undefined;
  keyOf: (row: Row) => string;
  focusable: boolean;
  onOpen: ((row: Row) => void) | undefined;
}

// Plain elements with PatternFly's classes: its Td measures and listens in every cell, which a fast filter cannot pay for.
function Row<Row>({ index, row, columns, chosen, keyOf, focusable, onOpen }: RowProps<Row>) {
  const isChosen = row !== undefined && chosen !== undefined && keyOf(row) === chosen;
  return (
    <tr
      className={`pf-v6-c-table__tr kb-row${onOpen ? ' kb-clickable' : ''}${isChosen ? ' kb-chosen' : ''}`}
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={isChosen}
      tabIndex={focusable ? 0 : -1}
      onClick={() => row && onOpen?.(row)}
    >
      {columns.map((column) => (
        <td
          key={column.id}
          className={`pf-v6-c-table__td${column.number ? ' kb-right' : ''}${row && column.tone ? ' kb-state' : ''}`}
          {...(row && column.tone && { 'data-tone': column.tone(row) })}
          {...(row && column.title_ && { title: column.title_(row) })}
        >
          {row ? column.cell(row) : ' '}
        </td>
      ))}
    </tr>
  );
}

// A row that is the same object as before is not drawn again.
const DrawnRow = memo(Row) as typeof Row;
