import { describe, expect, it } from 'vitest';
import type { FaultError } from '../../shared/fault.ts';
import { isExempt, proxyOf } from './proxy.ts';
import type { Target } from './target.ts';

const target = (server: string, proxy?: string): Target => ({
  context: 'c',
  clusterName: 'hub',
  userName: '',
  namespace: 'default',
  server,
  cluster: { value: proxy === undefined ? {} : { 'proxy-url': proxy }, file: 'f', dir: undefined },
  user: { value: {}, file: 'f', dir: undefined },
});

describe('NO_PROXY', () => {
  it.each([
    ['localhost', '', true],
    ['127.0.0.1', '', true],
    ['[::1]', '', true],
    ['api.hub.example', 'hub.example', true],
    ['api.hub.example', '.hub.example', true],
    ['hub.example', '.hub.example', false],
    ['nothub.example', 'hub.example', false],
    ['api.hub.example', '*.hub.example:6443', true],
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['[2001:db8::5]', '2001:db8::/32', true],
    ['[2001:db8::5]', '10.0.0.0/8', false],
    ['10.1.2.3', '10.0.0.0/99', false],
    ['[2001:db8::5]', '[2001:db8::5]', true],
    ['anything', '*', true],
  ])('%s with %j: %s', (host, list, expected) => {
    expect(isExempt(host, list)).toBe(expected);
  });
});

describe('proxy', () => {
  it('of the kubeconfig wins over the environment', () => {
    const env = { HTTPS_PROXY: 'http://env:1' };
    expect(proxyOf(target('https://hub.example', 'socks5://own:2'), env)?.host).toBe('own:2');
    expect(proxyOf(target('https://hub.example'), env)?.host).toBe('env:1');
    expect(proxyOf(target('https://127.0.0.1:1'), env)).toBeUndefined();
    expect(proxyOf(target('https://hub.example'), { https_proxy: 'env:1' })?.href).toBe('http://env:1/');
    expect(proxyOf(target('http://hub.example'), env)).toBeUndefined();
  });
  it('names the field when it is none', () => {
    const faultOf = (proxy: string, env: NodeJS.ProcessEnv = {}) => {
      try {
        return proxyOf(target('https://hub.example', proxy), env);
      } catch (error) {
        return (error as FaultError).fault;
      }
    };
    expect(faultOf('ftp://x')).toMatchObject({ code: 'kubeconfig.badProxy', field: 'clusters[hub].cluster.proxy-url' });
    expect(faultOf('', { HTTPS_PROXY: 'ftp://x' })).toMatchObject({ field: 'HTTPS_PROXY' });
  });
});
