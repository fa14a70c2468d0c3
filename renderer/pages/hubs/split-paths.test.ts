import { expect, it } from 'vitest';
import { splitPaths } from './split-paths.ts';

it('splits lines and KUBECONFIG lists and keeps drives', () => {
  expect(splitPaths('~/.kube/config')).toEqual(['~/.kube/config']);
  expect(splitPaths('/a/one:/b/two\n/c')).toEqual(['/a/one', '/b/two', '/c']);
  expect(splitPaths('C:\\Users\\me\\config;D:/two')).toEqual(['C:\\Users\\me\\config', 'D:/two']);
  expect(splitPaths(' \n ')).toEqual([]);
});
