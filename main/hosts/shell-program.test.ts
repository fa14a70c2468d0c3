import { expect, test } from 'vitest';
import { fault } from '../../shared/fault.ts';
import { labLauncher } from './lab-process.ts';
import { registryLauncher } from './registry-process.ts';
import { shellPrograms } from './shell-program.ts';

function scriptedShell(line: string | Error) {
  const asked: [string, unknown][] = [];
  let end = () => {};
  const ended = new Promise<number>((resolve) => {
    end = () => resolve(0);
  });
  const call = async (name: string, input: unknown): Promise<unknown> => {
    asked.push([name, input]);
    if (name === 'program.launch') return { id: 3 };
    if (name === 'program.ended') return ended;
    if (name === 'program.stop') return end();
    if (line instanceof Error) throw line;
    return line;
  };
  return { asked, call };
}

test('the lab is started, read and stopped through the shell', async () => {
  const { asked, call } = scriptedShell('[{"name":"site-3","title":"t","spokes":3,"sentence":"s"}]');
  const scenarios = await labLauncher(shellPrograms(call)).scenarios();
  expect(scenarios).toEqual([{ name: 'site-3', title: 't', spokes: 3, sentence: 's' }]);
  await expect.poll(() => asked.at(-1)).toEqual(['program.stop', { id: 3 }]);
  expect(asked[0]).toEqual(['program.launch', { name: 'lab', args: ['--list'], env: {} }]);
});

test('a lab that ends without a word is a fault for the person', async () => {
  const { call } = scriptedShell(fault('lab.notStarted', 'It ended with code 2.', 'Try again.'));
  await expect(labLauncher(shellPrograms(call)).scenarios()).rejects.toMatchObject({
    fault: { code: 'lab.notStarted' },
  });
});

test('a registry’s password goes through the environment, never through the command line', async () => {
  const { asked, call } = scriptedShell('{"error":"no room"}');
  const login = { user: 'site', password: 'made for this test' };
  const options = { place: { store: '/store' }, listen: '127.0.0.1', port: 0, login };
  await expect(registryLauncher(shellPrograms(call)).serve(options)).rejects.toMatchObject({
    fault: { code: 'registry.notStarted', message: 'The registry did not start: no room.' },
  });
  const [, { args, env }] = asked[0] as [string, { args: string[]; env: Record<string, string> }];
  expect(args.join(' ')).toBe('--store /store --read-only --listen 127.0.0.1 --port 0 --user site');
  expect(env).toEqual({ REGISTRY_PASSWORD: 'made for this test' });
});
