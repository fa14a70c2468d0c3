import type { Output, Transport } from '../../shared/contract.ts';
import { fault } from '../../shared/fault.ts';
import { caller, until } from './cli-connect.ts';

type Delivery = Output<'deliveries.get'>;
type Say = (line: string) => void;

/** Stays with a delivery until it has ended, since it only goes on while an engine runs. Fault: delivery.failed. */
export async function follow(transport: Transport, started: Delivery, say: Say): Promise<Delivery> {
  const call = caller(transport);
  const hubSays = phaseTeller(say);
  let last = '';
  let state = started;
  await until(transport, async () => {
    hubSays(await call('hubs.get', { hub: state.hub }));
    state = await call('deliveries.get', { id: started.id });
    if (state.sentence !== last) say(state.sentence);
    last = state.sentence;
    return state.endedAt !== undefined;
  });
  if (state.phase === 'failed')
    throw fault('delivery.failed', state.sentence, 'See `cli modules proof` for each spoke.', { field: 'delivery' });
  return state;
}

/** Stays connected for as long as the process lives, and says when the hub goes and comes. */
export async function stayConnected(transport: Transport, hub: string, say: Say): Promise<void> {
  const tell = phaseTeller(say);
  await until(transport, async () => {
    tell(await caller(transport)('hubs.get', { hub }));
    return false;
  });
}

/** Says a hub's phase whenever it has changed. */
function phaseTeller(say: Say): (hub: Output<'hubs.get'>) => void {
  let last = 'live';
  return ({ name, phase, fault: why, dataFrom }) => {
    if (phase === last) return;
    last = phase;
    const from = phase === 'stale' && dataFrom ? ` Its rows are from ${dataFrom}.` : '';
    say(`${name}: ${phase}.${why ? ` ${why.message}` : ''}${from}`);
  };
}
