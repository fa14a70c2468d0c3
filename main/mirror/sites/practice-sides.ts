import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Handlers } from '../../../shared/contract.ts';
import type { RegistryLauncher, RunningProgram } from '../../practice/registry-launcher.ts';

const names = { source: 'Practice: connected side', site: 'Practice: site registry' };

interface Running {
  programs: RunningProgram[];
  addresses: { source: string; site: string };
  /** The image set as the connected side wrote it. */
  yaml: string;
  answer: { set: string; source: string; site: string };
}
type Needed = 'mirror.sites' | 'mirror.sets' | 'mirror.addSite' | 'mirror.editSite' | 'mirror.save';

/** The connected side and an empty site registry on this laptop, so that the whole way can be practised without either. */
export function createPracticeSides(deps: {
  launcher: RegistryLauncher;
  home: string;
  calls: Pick<Handlers, Needed>;
}): { handlers: Pick<Handlers, 'mirror.practice'>; close(): Promise<void> } {
  const { launcher, home, calls } = deps;
  let running: Running | undefined;
  let starting: Promise<Running> | undefined;

  /** Ports change from start to start, the entry stays. */
  async function known(name: string, role: 'site' | 'source', address: string): Promise<string> {
    const { sites } = await calls['mirror.sites']({});
    const before = sites.find((site) => site.name === name);
    const reach = { name, role, address, plainHttp: true, insecureTls: false };
    if (before) return (await calls['mirror.editSite']({ id: before.id, ...reach })).id;
    return (await calls['mirror.addSite']({ ...reach, ca: '', user: '', password: '' })).id;
  }

  /** What was forgotten since it was started comes back; what was changed stays. */
  async function brought({ answer, addresses, yaml }: Running): Promise<Running['answer']> {
    const { sites } = await calls['mirror.sites']({});
    for (const role of ['source', 'site'] as const)
      if (!sites.some(({ id }) => id === answer[role])) answer[role] = await known(names[role], role, addresses[role]);
    const { sets } = await calls['mirror.sets']({});
    if (!sets.some(({ name }) => name === answer.set)) await calls['mirror.save']({ yaml });
    return answer;
  }

  async function start(seed: number): Promise<Running> {
    const programs: RunningProgram[] = [];
    try {
      const connected = await launcher.connected({ dir: join(home, 'lab', 'connected'), seed });
      programs.push(connected);
      const folder = join(home, 'lab', 'site-registry');
      const registry = await launcher.serve({ place: { folder }, listen: '127.0.0.1', port: 0 });
      programs.push(registry);
      const addresses = { source: connected.registry, site: registry.address };
      const yaml = readFileSync(connected.imageSet, 'utf8');
      const source = await known(names.source, 'source', addresses.source);
      const site = await known(names.site, 'site', addresses.site);
      const set = await calls['mirror.save']({ yaml });
      const entry: Running = { programs, addresses, yaml, answer: { set: set.name, source, site } };
      running = entry;
      // When one of them ends by itself, the next call starts both anew.
      for (const { exited } of programs) {
        void exited.then(() => {
          if (running !== entry) return;
          running = undefined;
          for (const program of programs) void program.stop();
        });
      }
      return entry;
    } catch (error) {
      await Promise.all(programs.map((program) => program.stop()));
      throw error;
    }
  }

  return {
    handlers: {
      async 'mirror.practice'({ seed }) {
        // Asked twice at once, it is started once.
        if (running) return brought(running);
        starting ??= start(seed).finally(() => {
          starting = undefined;
        });
        return (await starting).answer;
      },
    },
    async close() {
      await starting?.catch(() => undefined);
      await Promise.all((running?.programs ?? []).map((program) => program.stop()));
      running = undefined;
    },
  };
}
