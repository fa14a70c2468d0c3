import { hashKey, keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import type { CallName, Input, Output } from '../../shared/contract.ts';
import { type Fault, toFault } from '../../shared/fault.ts';
import { useClient } from './client-context.ts';
import { useToasts } from './toasts.ts';

interface Options {
  enabled?: boolean;
  /** Keep showing the former answer while another input is asked: for tables and previews. */
  keep?: boolean;
  /** Ask again after so many ms, for what no event tells. */
  every?: number;
}

/** Asks the engine and keeps the answer fresh (state/freshness.ts says when to ask again). */
export function useCall<K extends CallName>(
  name: K,
  input: Input<K>,
  { enabled = true, keep = false, every }: Options = {},
) {
  const client = useClient();
  const query = useQuery({
    queryKey: [name, input],
    queryFn: () => client.call(name, input),
    enabled,
    ...(keep && { placeholderData: keepPreviousData }),
    ...(every !== undefined && { refetchInterval: every }),
  });
  const fault: Fault | undefined = query.error ? toFault(query.error) : undefined;
  return {
    data: query.data as Output<K> | undefined,
    fault,
    loading: query.isLoading,
    stale: query.isPlaceholderData,
    at: query.dataUpdatedAt,
    again: () => void query.refetch(),
  };
}

/**
 * Commands the engine. A fault is shown as a toast unless the caller shows it itself (`quiet`). What was asked for and is not
 * answered yet is not asked for again: a button that is clicked twice acts once. `done` is told what was asked, which may be
 * older than what is on the screen by then.
 */
export function useAct<K extends CallName>(
  name: K,
  { quiet = false, done }: { quiet?: boolean; done?: (value: Output<K>, input: Input<K>) => void } = {},
) {
  const client = useClient();
  const toasts = useToasts();
  const open = useRef(new Set<string>());
  const mutation = useMutation({
    mutationFn: (input: Input<K>) => client.call(name, input),
    onSuccess: (value, input) => done?.(value, input),
    onError: (error) => {
      if (!quiet) toasts.fault(toFault(error));
    },
    onSettled: (_value, _error, input) => {
      open.current.delete(hashKey([input]));
    },
  });
  const act: typeof mutation.mutate = (...args) => {
    const key = hashKey([args[0]]);
    if (open.current.has(key)) return;
    open.current.add(key);
    mutation.mutate(...args);
  };
  const fault: Fault | undefined = mutation.error ? toFault(mutation.error) : undefined;
  return { act, ask: mutation.mutateAsync, busy: mutation.isPending, fault, reset: mutation.reset };
}
