import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Emit, Handlers } from '../../../shared/contract.ts';
import { fault } from '../../../shared/fault.ts';
import type { RegistryLauncher, RunningRegistry } from '../../practice/registry-launcher.ts';
import type { Content } from '../content/content.ts';
import { imagesOf } from '../content/images.ts';

type ServeCall = 'mirror.serving' | 'mirror.serve' | 'mirror.stopServing';

const isLoopback = (listen: string) => listen === 'localhost' || listen === '::1' || /^127\./.test(listen);

/** This laptop as the registry of a site that has none: the store, read-only, by a program of its own. */
export function createServing(deps: { launcher: RegistryLauncher; content: Content; home: string; emit: Emit }): {
  handlers: Pick<Handlers, ServeCall>;
  close(): Promise<void>;
} {
  const { launcher, content, home, emit } = deps;
  let starting = false;
  let running: { registry: RunningRegistry; user: string } | undefined;
  const changed = () => emit('mirror.changed', { what: 'serving', id: '' });

  async function stop() {
    const ending = running?.registry;
    running = undefined;
    await ending?.stop();
    if (ending) changed();
  }
  async function start(listen: string, port: number) {
    if (imagesOf(await content.open()).length === 0) {
      throw fault('store.empty', 'The store holds no image.', 'Pull an image set, or import a bundle.', {});
    }
    const open = !isLoopback(listen);
    const login = { user: 'bastion', password: randomBytes(12).toString('base64url') };
    const registry = await launcher.serve({
      ...{ place: { store: content.path }, listen, port },
      ...(open && { tls: join(home, 'registry-tls'), login }),
    });
    const entry = { registry, user: open ? login.user : '' };
    running = entry;
    void registry.exited.then(() => {
      if (running !== entry) return;
      running = undefined;
      changed();
    });
    changed();
    const { address, tls, ca } = registry;
    return { address, user: entry.user, password: open ? login.password : '', ca, tls };
  }
  return {
    handlers: {
      async 'mirror.serving'() {
        const images = running ? imagesOf(await content.open()).length : 0;
        if (!running) return { running: false, address: '', user: '', images, tls: false, ca: '' };
        const { registry, user } = running;
        return { running: true, address: registry.address, user, images, tls: registry.tls, ca: registry.ca };
      },
      async 'mirror.serve'({ listen, port }) {
        if (running) {
          const { address } = running.registry;
          throw fault('serve.running', `The store is already served at ${address}.`, 'Stop that first.', {});
        }
        if (listen !== 'localhost' && isIP(listen) === 0) {
          throw fault(
            'serve.listen',
            `"${listen}" is no address of this laptop.`,
            'Give an IP address, 0.0.0.0 or :: for all of them, or leave it out for this laptop alone.',
            { field: 'listen' },
          );
        }
        if (starting) throw fault('serve.running', 'The store is being served already.', 'Wait a moment.', {});
        starting = true;
        try {
          return await start(listen, port);
        } finally {
          starting = false;
        }
      },
      async 'mirror.stopServing'() {
        await stop();
        return {};
      },
    },
    close: stop,
  };
}
