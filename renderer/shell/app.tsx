import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { Client } from '../client.ts';
import { ClientContext } from '../state/client-context.ts';
import { keepFresh } from '../state/freshness.ts';
import { Frame } from './frame.tsx';
import { Toaster } from './toaster.tsx';

/** The whole window over one client. Nothing is asked again by time or focus: the engine's events say what is old. */
export function App({ client }: { client: Client }) {
  const queries = useMemo(
    () =>
      new QueryClient({
        defaultOptions: {
          queries: { retry: false, staleTime: 10_000, refetchOnWindowFocus: false, refetchOnReconnect: false },
        },
      }),
    [],
  );
  useEffect(() => keepFresh(client, queries), [client, queries]);
  return (
    <ClientContext value={client}>
      <QueryClientProvider client={queries}>
        <Toaster>
          <Frame />
        </Toaster>
      </QueryClientProvider>
    </ClientContext>
  );
}
