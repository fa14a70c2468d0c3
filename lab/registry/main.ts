import { hostname } from 'node:os';
import { join } from 'node:path';
import { type Arguments, readArguments } from './arguments.ts';
import { certificateIn } from './certificate.ts';
import { serveRegistry } from './http/serve.ts';
import { onSamePort } from './same-port.ts';
import { openStorage } from './storage.ts';
import { openStoreView } from './store-view.ts';
import type { Shelf, Storage } from './types.ts';
import { print, untilTold } from './until-told.ts';

/** Serves a registry until told to end. Its first line says where it listens and what its clients are to trust. */
async function run({ place, listen, port, tls, login, sparse }: Arguments): Promise<void> {
  const storage: Storage | undefined = 'dir' in place ? await openStorage(place.dir) : undefined;
  const shelf: Shelf = storage ?? openStoreView('store' in place ? place.store : '');
  const certificate = tls === undefined ? undefined : await certificateIn(tls);
  const serve = (at: number) =>
    serveRegistry(shelf, storage, {
      host: listen,
      port: at,
      sparse,
      ...(certificate && { tls: certificate }),
      ...(login && { login }),
    });
  // A registry of its own keeps its address over restarts: clusters and image sets name it.
  const front =
    'dir' in place ? await onSamePort(join(place.dir, 'port'), port, serve, (it) => it.port) : await serve(port);
  // Who listens on every address is reached by its name, which the certificate has.
  const everywhere = listen === '0.0.0.0' || listen === '::';
  const host = everywhere ? hostname().toLowerCase() : listen.includes(':') ? `[${listen}]` : listen;
  print({
    ready: true,
    address: `${host}:${front.port}`,
    port: front.port,
    tls: certificate !== undefined,
    ca: certificate?.ca ?? '',
    user: login?.user ?? '',
    readOnly: storage === undefined,
    repositories: (await shelf.repositories()).length,
  });
  await untilTold();
  await front.close();
}

try {
  await run(readArguments(process.argv.slice(2), process.env));
  process.exit(0);
} catch (error) {
  print({ error: error instanceof Error ? error.message : String(error) });
  process.exit(2);
}
