import { FaultSchema } from '../../shared/contract/fault.ts';
import { events } from '../../shared/contract.ts';
import { FaultError } from '../../shared/fault.ts';
import { createState, type Link } from './link.ts';

/** What the preload exposes as `window.bastion`. An Error cannot cross the context bridge whole, so a refusal is a value. */
export interface Bridge {
  call(name: string, input: unknown): Promise<unknown>;
  listen(listener: (name: string, data: unknown) => void): (() => void) | undefined;
}

/** The Electron window's link. The host tells by `engine.state` when the engine's process ends or is back. */
export function bridgeLink(bridge: Bridge, now: () => number): Link {
  const state = createState({ up: true, since: now(), sentence: '' });
  bridge.listen((name, data) => {
    if (name !== 'engine.state') return;
    const said = events['engine.state'].safeParse(data);
    if (said.success) state.set({ up: said.data.running, since: now(), sentence: said.data.sentence });
  });
  return {
    async call(name, input) {
      const answer = (await bridge.call(name, input)) as { ok?: unknown; fault?: unknown } | undefined;
      if (answer?.fault !== undefined) throw new FaultError(FaultSchema.parse(answer.fault));
      return answer?.ok;
    },
    listen: (listener) => bridge.listen(listener) ?? (() => {}),
    state: state.state,
    watch: state.watch,
  };
}
