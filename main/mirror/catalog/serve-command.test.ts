import { expect, test } from 'vitest';
import { withoutCache } from './serve-command.ts';

test.each([
  [['serve', '/configs', '--cache-dir=/tmp/cache'], ['serve', '/configs'], ['tmp/cache']],
  [['serve', '--cache-dir', '/var//x/', '/configs', '--debug'], ['serve', '/configs', '--debug'], ['var/x']],
  [['serve', '/c', '--cache-only', '--cache-enforce-integrity=true', '-p', '1'], ['serve', '/c', '-p', '1'], []],
  [['serve', '/c', '--cache-dir=../../etc'], ['serve', '/c'], []],
])('%j', (Cmd, kept, folders) => {
  const { config, folders: found } = withoutCache({ architecture: 'arm64', config: { Cmd, User: '1001' } });
  expect(config).toEqual({ architecture: 'arm64', config: { Cmd: kept, User: '1001' } });
  expect(found).toEqual(folders);
});

test('the entry point too; what is not there is not made', () => {
  const { config, folders } = withoutCache({
    config: { Entrypoint: ['/bin/opm', 'serve', '--cache-dir=/a', '/configs'] },
  });
  expect(config).toEqual({ config: { Entrypoint: ['/bin/opm', 'serve', '/configs'] } });
  expect(folders).toEqual(['a']);
});
