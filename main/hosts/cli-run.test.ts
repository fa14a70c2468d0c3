import { expect, test } from 'vitest';
import type { Transport } from '../../shared/contract.ts';
import { fault } from '../../shared/fault.ts';
import { stayWithRun } from './cli-run.ts';

/** A transport on which a run appears, with that many images known. */
function transport(images: number): Transport {
  let tell: (event: string, data: unknown) => void = () => {};
  return {
    listen(on: typeof tell) {
      tell = on;
      queueMicrotask(() => tell('mirror.changed', { what: 'runs', id: 'r1' }));
      return () => {};
    },
    call: async () => ({ id: 'r1', images }),
  } as unknown as Transport;
}
const remedyOf = (remedy: string, images = 1) =>
  stayWithRun(transport(images), 'mirror.export', { wait: true, say: () => {} }, async () => {
    await Promise.resolve();
    throw fault('store.readOnly', 'It can not be written.', remedy);
  }).catch((error: { fault: { remedy: string } }) => error.fault.remedy);

test('the command that goes on follows the remedy, and what the remedy says is not said twice', async () => {
  expect(await remedyOf('Free some space.')).toBe('Free some space. Then go on: cli mirror resume --id r1');
  expect(await remedyOf('Mount it, then resume.')).toBe('Mount it, then resume. To resume: cli mirror resume --id r1');
  expect(await remedyOf('Mount it.', 0)).toBe('Mount it.');
});
