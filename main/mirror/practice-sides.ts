import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Handlers } from '../../shared/contract.ts';
import type { RegistryLauncher, RunningProgram } from '../practice/registry-launcher.ts';

const names = { source: 'Practice: connected side', site: 'Practice: site registry' };

type Needed = 'mirror.sites' | 'mirror.addSite' | 'mirror.editSite' | 'mirror.save';

/** The connected side and an empty site registry on this laptop, so that the whole way can be practised without either. */
export function createPracticeSides(deps: {
  launcher: RegistryLauncher;
  home: string;
  calls: Pick<Handlers, Needed>;
}): { handlers: Pick<Handlers, 'mirror.practice'>; close(): Promise<void> } {
  const { launcher, home, calls } = deps;
  let running: { programs: RunningProgram[]; answer: { set: string; source: string; site: string } } | undefined;

  /** Ports change from start to start, the entry stays. */
  async function known(name: string, role: 'site' | 'source', address: string): Promise<string> {
    const { sites } = await calls['mirror.sites']({});
    const before = sites.find((site) => site.name === name);
    const reach = { name, role, address, plainHttp: true, insecureTls: false };
    if (before) return (await calls['mirror.editSite']({ id: before.id, ...reach })).id;
    return (await calls['mirror.addSite']({ ...reach, ca: '', user: '', password: '' })).id;
  }

  return {
    handlers: {
      async 'mirror.practice'({ seed }) {
        if (running) return running.answer;
        const connected = await launcher.connected({ dir: join(home, 'lab', 'connected'), seed });
        try {
          const folder = join(home, 'lab', 'site-registry');
          const registry = await launcher.serve({ place: { folder }, listen: '127.0.0.1', port: 0 });
          const source = await known(names.source, 'source', connected.registry);
          const site = await known(names.site, 'site', registry.address);
          const set = await calls['mirror.save']({ yaml: readFileSync(connected.imageSet, 'utf8') });
          running = { programs: [connected, registry], answer: { set: set.name, source, site } };
          return running.answer;
        } catch (error) {
          await connected.stop();
          throw error;
        }
      },
    },
    async close() {
      await Promise.all((running?.programs ?? []).map((program) => program.stop()));
      running = undefined;
    },
  };
}
