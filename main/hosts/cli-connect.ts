import type { CallName, Input, Output, Transport } from '../../shared/contract.ts';
import { FaultError, fault, toFault } from '../../shared/fault.ts';

/** Calls that need the hub itself; all others answer from the store. */
const online: ReadonlySet<string> = new Set<CallName>([
  'hubs.access',
  'install.plan',
  'install.apply',
  'install.status',
  'modules.diff',
  'modules.apply',
  'modules.delete',
  'modules.nudge',
  'works.nudge',
  'spokes.change',
  'modules.schema',
  'mirror.resources',
  'mirror.applyResources',
]);

/** Calls that say more when the hub can be asked, and do without where it is away. */
const better: ReadonlySet<string> = new Set<CallName>(['modules.check', 'modules.proof', 'fleet.spoke']);

/** A typed call over any transport. */
export function caller(transport: Transport) {
  return <K extends CallName>(name: K, input: Input<K>): Promise<Output<K>> =>
    transport.call(name, input) as Promise<Output<K>>;
}

/** The hub a command means: the one named, or the only one there is. Fault: input.invalid naming --hub. */
export async function chooseHub(transport: Transport, named: unknown): Promise<string> {
  if (typeof named === 'string' && named !== '') return named;
  const { hubs } = await caller(transport)('hubs.list', {});
  const only = hubs.length === 1 ? hubs[0] : undefined;
  if (only) return only.id;
  const names = hubs.map(({ id }) => id);
  throw hubs.length === 0
    ? fault('input.invalid', 'No hub is known yet.', 'Add one: `cli hubs add --kubeconfig FILE`, or try `cli demo`.', {
        field: '--hub',
      })
    : fault('input.invalid', 'Several hubs are known.', `Say which: --hub ${names.join(' | --hub ')}.`, {
        field: '--hub',
        about: names,
      });
}

/**
 * Connects for a command that needs the hub and waits until its rows are current; for others says how old the stored rows are.
 * Exec plugins run only with `allowExec`. Faults: hub.* as hubs.connect gives them.
 */
export async function connectFor(
  transport: Transport,
  name: string,
  hub: string,
  options: { offline: boolean; allowExec: boolean; say(line: string): void },
): Promise<void> {
  if (online.has(name) && !options.offline) {
    await connect(transport, hub, options);
    await live(transport, hub);
    return;
  }
  if (better.has(name) && !options.offline) {
    try {
      await connect(transport, hub, options);
      await live(transport, hub);
      return;
    } catch (error) {
      options.say(toFault(error).message);
    }
  }
  if (!name.startsWith('hubs.')) {
    const { name: called, dataFrom } = await caller(transport)('hubs.get', { hub });
    options.say(
      dataFrom ? `Stored rows of ${called}, last current ${ago(dataFrom)} (${dataFrom}).` : `${called} was never read.`,
    );
  }
}

function ago(time: string): string {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(time)) / 1000));
  if (seconds < 120) return `${seconds} s ago`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min ago` : `${Math.round(seconds / 3600)} h ago`;
}

/** Waits until the rows are current. Faults: what refused us or took the hub away meanwhile. */
export async function live(transport: Transport, hub: string): Promise<void> {
  await until(transport, async () => {
    const { phase, fault: why } = await caller(transport)('hubs.get', { hub });
    if (phase === 'refused' || phase === 'stale' || phase === 'disconnected') {
      throw why
        ? new FaultError(why)
        : fault('hub.unreachable', 'The hub was lost while it was read.', 'Check the network, then try again.');
    }
    return phase === 'live';
  });
}

/** hubs.connect, with the questions shown and, where the user said so, answered. */
export async function connect(
  transport: Transport,
  hub: string,
  { allowExec, say }: { allowExec: boolean; say(line: string): void },
): Promise<Output<'hubs.connect'>> {
  const call = caller(transport);
  const { questions } = await call('hubs.questions', { hub });
  const open = questions.filter(({ answer }) => answer !== 'yes');
  for (const { sentence, detail } of open) say(`${sentence}\n  ${detail}`);
  if (allowExec) {
    const answers = open
      .filter(({ kind }) => kind === 'exec' || kind === 'authProvider')
      .map(({ key }) => ({ key, allow: true }));
    if (answers.length > 0) await call('hubs.answer', { answers });
  }
  try {
    return await call('hubs.connect', { hub });
  } catch (error) {
    const why = toFault(error);
    if (why.code !== 'hub.consentNeeded') throw error;
    const answers = JSON.stringify((why.about ?? []).map((key) => ({ key, allow: true })));
    const remedy = `To allow it: cli hubs answer --answers '${answers}' (programs also by --allow-exec, this and later times).`;
    throw new FaultError({ ...why, remedy });
  }
}

/** Asks again after every event, and at least twice a second, until `done` says so. */
export async function until(transport: Transport, done: () => Promise<boolean>): Promise<void> {
  let wake: (() => void) | undefined;
  const stop = transport.listen(() => wake?.());
  try {
    while (!(await done())) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 500);
        wake = () => {
          clearTimeout(timer);
          // Events come in bursts: look at most ten times a second.
          setTimeout(resolve, 100);
          wake = undefined;
        };
      });
    }
  } finally {
    stop();
  }
}
