import { parseArgs } from 'node:util';

/** What the registry was started with. */
export interface Arguments {
  /** A folder of its own, that can be written; or a content store that is only served. */
  place: { dir: string } | { store: string };
  listen: string;
  /** 0: any free one. */
  port: number;
  /** Folder that keeps the certificate; undefined: plain HTTP. */
  tls: string | undefined;
  login: { user: string; password: string } | undefined;
  sparse: 'indexes' | 'refuse';
}

/** Loopback, where nobody else can reach it. */
const isLoopback = (address: string): boolean => /^(127(\.\d+){3}|::1|localhost)$/.test(address);

/**
 * Reads `--dir DIR | --store DIR --read-only [--listen A] [--port P] [--tls DIR] [--user U] [--refuse-sparse]`; the password comes
 * from REGISTRY_PASSWORD, for other users of the machine read command lines. Throws a plain Error.
 */
export function readArguments(args: readonly string[], env: NodeJS.ProcessEnv): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      dir: { type: 'string' },
      store: { type: 'string' },
      'read-only': { type: 'boolean', default: false },
      listen: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '0' },
      tls: { type: 'string' },
      user: { type: 'string' },
      'refuse-sparse': { type: 'boolean', default: false },
    },
  });
  const { dir, store, listen, user, tls } = values;
  if (!dir === !store) throw new Error('give either --dir DIR or --store DIR --read-only');
  if (store && !values['read-only'])
    throw new Error('--store can only be served with --read-only: the application writes it');
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port is no port: "${values.port}"`);
  const password = env['REGISTRY_PASSWORD'];
  if (user && !password) throw new Error('--user needs the password in REGISTRY_PASSWORD');
  if (!isLoopback(listen) && !(tls && user)) {
    throw new Error(`--listen ${listen} can be reached by others: give --tls DIR and --user too`);
  }
  return {
    place: store ? { store } : { dir: dir! },
    listen,
    port,
    tls,
    login: user && password ? { user, password } : undefined,
    sparse: values['refuse-sparse'] ? 'refuse' : 'indexes',
  };
}
