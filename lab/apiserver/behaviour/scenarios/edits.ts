import { gadget } from '../gadget.ts';
import type { Scenario, Stage } from '../stage.ts';

/** Park and Miller's generator: the same numbers everywhere. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

async function edit({ ground, gadgets }: Stage, pick: (below: number) => number): Promise<number> {
  const { caller } = ground;
  const name = `e${pick(12)}`;
  const letter = 'abcdefgh'[pick(8)]!;
  const spec = {
    ...(pick(5) > 0 && { size: pick(110) }),
    ...(pick(3) === 0 && { mode: ['Fast', 'Slow', 'Odd'][pick(3)] }),
    ...(pick(3) === 0 && { texts: { [letter]: letter, ...(pick(2) === 0 && { z: String(pick(9)) }) } }),
    ...(pick(3) === 0 && {
      parts: [{ name: letter, count: pick(5) }, ...(pick(2) === 0 ? [{ name: 'z', mark: letter }] : [])],
    }),
    ...(pick(4) === 0 && { tags: [letter, ...(pick(2) === 0 ? ['z'] : [])] }),
    ...(pick(5) === 0 && { nested: { level: pick(9) } }),
    ...(pick(6) === 0 && { whole: { a: pick(9) } }),
  };
  const manager = ['ann', 'bob', 'cid'][pick(3)]!;
  const send = (type: string, path: string, body: unknown) =>
    caller.call('PATCH', path, { type: `application/${type}`, body });
  switch (pick(9)) {
    case 0:
      return (await caller.call('POST', gadgets(), { body: gadget(name, spec) })).status;
    case 1:
    case 2:
      return (await send('merge-patch+json', `${gadgets(name)}?fieldManager=${manager}`, { spec })).status;
    case 3:
    case 4:
    case 5:
      return (
        await send(
          'apply-patch+yaml',
          `${gadgets(name)}?fieldManager=${manager}&force=${pick(2) === 0}`,
          gadget(name, spec, { metadata: { labels: { [manager]: letter } } }),
        )
      ).status;
    case 6:
      return (
        await send('json-patch+json', gadgets(name), [
          { op: ['add', 'replace', 'remove'][pick(3)], path: `/spec/texts/${letter}`, value: 'j' },
        ])
      ).status;
    case 7:
      return (
        await send('merge-patch+json', gadgets(name, 'status'), {
          status: { phase: letter, conditions: [{ type: letter, status: ['True', 'False'][pick(2)] }] },
        })
      ).status;
    default:
      if (pick(4) === 0) return (await caller.call('DELETE', gadgets(name))).status;
      return (
        await send('apply-patch+yaml', `${gadgets(name, 'status')}?fieldManager=${manager}&force=true`, {
          ...gadget(name),
          status: { conditions: [{ type: letter, status: 'True', reason: manager }] },
        })
      ).status;
  }
}

/** Random edits of a dozen objects by three managers: every answer's code, and all that is left at the end. */
export const editScenarios: Scenario[] = [
  {
    name: 'edits',
    async run(stage) {
      const pick = random(20_261_122);
      const codes: number[] = [];
      for (let i = 0; i < 1000; i += 1) codes.push(await edit(stage, pick));
      const lines = Array.from({ length: 20 }, (_, line) => codes.slice(line * 50, line * 50 + 50).join(' '));
      stage.note('codes of 1,000 edits', lines);
      await stage.call('GET', stage.gadgets());
    },
  },
];
