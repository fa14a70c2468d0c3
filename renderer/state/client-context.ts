import { createContext, useContext } from 'react';
import type { Client } from '../client.ts';

export const ClientContext = createContext<Client | undefined>(undefined);

/** The window's client; only below <App>. */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (!client) throw new Error('No client: render below <App>.');
  return client;
}
