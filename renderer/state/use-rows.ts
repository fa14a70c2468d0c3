import { useQueries } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Output } from '../../shared/contract.ts';
import { type Fault, toFault } from '../../shared/fault.ts';
import { useClient } from './client-context.ts';

/** Calls that answer one page of a longer list. */
type PagedCall =
  | 'fleet.page'
  | 'modules.proof'
  | 'install.spokes'
  | 'mirror.planImages'
  | 'mirror.runImages'
  | 'mirror.images'
  | 'mirror.history';
type RowOf<K extends PagedCall> = Output<K>['rows'][number];

export const pageSize = 100;

/** Which pages of `size` rows the range [first, last] touches. */
export function pagesOf(first: number, last: number, size = pageSize): number[] {
  const from = Math.floor(Math.max(0, first) / size);
  const to = Math.floor(Math.max(first, last, 0) / size);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

interface Shown<Row> {
  total: number;
  pages: Map<number, Row[]>;
}

/**
 * A window on a long list: asks only for the pages that are on screen. While another filter's first answer is on its way the former
 * rows stay (`stale`), so that typing does not flicker.
 */
export function useRows<K extends PagedCall>(name: K, input: Record<string, unknown>, enabled = true) {
  const client = useClient();
  const [range, setRange] = useState({ first: 0, last: 0 });
  const key = JSON.stringify(input);
  const pages = pagesOf(range.first, range.last);
  const answers = useQueries({
    queries: pages.map((page) => {
      const ask = { ...input, offset: page * pageSize, limit: pageSize };
      return { queryKey: [name, ask], queryFn: () => client.call(name, ask as never) as Promise<Output<K>>, enabled };
    }),
  });
  const known = useRef<{ key: string; shown: Shown<RowOf<K>> } | undefined>(undefined);
  const got = answers.find((answer) => answer.data !== undefined)?.data;
  if (got !== undefined) {
    const shown: Shown<RowOf<K>> =
      known.current?.key === key ? known.current.shown : { total: got.total, pages: new Map() };
    shown.total = got.total;
    answers.forEach((answer, index) => {
      if (answer.data) shown.pages.set(pages[index] ?? 0, answer.data.rows as RowOf<K>[]);
    });
    // What scrolled out of sight is asked again when it comes back: keep only the neighbourhood.
    for (const page of shown.pages.keys())
      if (page < (pages[0] ?? 0) - 4 || page > (pages.at(-1) ?? 0) + 4) shown.pages.delete(page);
    known.current = { key, shown };
  }
  const shown = known.current?.shown;
  const error = answers.find((answer) => answer.error)?.error;
  const fault: Fault | undefined = error && !shown ? toFault(error) : undefined;
  const onRange = useCallback((first: number, last: number) => {
    setRange((now) => (now.first === first && now.last === last ? now : { first, last }));
  }, []);
  // Another filter starts at the top.
  useEffect(() => setRange({ first: 0, last: 0 }), [key]);
  const stale = known.current?.key !== key;
  return {
    total: shown?.total,
    rowAt: (index: number): RowOf<K> | undefined => shown?.pages.get(Math.floor(index / pageSize))?.[index % pageSize],
    first: got,
    stale,
    /** The first answer to this input is on its way. */
    asking: stale && answers.some(({ fetchStatus }) => fetchStatus === 'fetching'),
    fault,
    onRange,
    again: () => answers.forEach((answer) => void answer.refetch()),
  };
}
