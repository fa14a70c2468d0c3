import { expect, test } from 'vitest';
import { fault } from '../../shared/fault.ts';
import { shellLab } from './shell-lab.ts';

function scriptedShell(line: string | Error) {
  const asked: [string, unknown][] = [];
  let end = () => {};
  const ended = new Promise<number>((resolve) => {
    end = () => resolve(0);
  });
  const call = async (name: string, input: unknown): Promise<unknown> => {
    asked.push([name, input]);
    if (name === 'lab.launch') return { id: 3 };
    if (name === 'lab.ended') return ended;
    if (name === 'lab.stop') return end();
    if (line instanceof Error) throw line;
    return line;
  };
  return { asked, call };
}

test('the lab is started, read and stopped through the shell', async () => {
  const { asked, call } = scriptedShell('[{"name":"site-3","title":"t","spokes":3,"sentence":"s"}]');
  expect(await shellLab(call).scenarios()).toEqual([{ name: 'site-3', title: 't', spokes: 3, sentence: 's' }]);
  await expect.poll(() => asked.at(-1)).toEqual(['lab.stop', { id: 3 }]);
  expect(asked[0]).toEqual(['lab.launch', { args: ['--list'] }]);
});

test('a lab that ends without a word is a fault for the person', async () => {
  const { call } = scriptedShell(fault('lab.notStarted', 'It ended with code 2.', 'Try again.'));
  await expect(shellLab(call).scenarios()).rejects.toMatchObject({ fault: { code: 'lab.notStarted' } });
});
