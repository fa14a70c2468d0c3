import { describe, expect, it } from 'vitest';
import { digestOf } from './digest.ts';
import { formatReference, parseHost, parseReference, tagOrDigest } from './reference.ts';

const digest = digestOf('x');

describe('what is a reference', () => {
  it.each([
    ['busybox', 'docker.io/library/busybox'],
    ['team/app:1', 'docker.io/team/app:1'],
    ['docker.io/busybox', 'docker.io/library/busybox'],
    ['index.docker.io/a/b', 'docker.io/a/b'],
    ['localhost/app', 'localhost/app'],
    ['localhost:5000/app:v1', 'localhost:5000/app:v1'],
    ['R.Example/app', 'r.example/app'],
    ['quay.io/a/b/c/d:T_a.g-1', 'quay.io/a/b/c/d:T_a.g-1'],
    ['[fd00::1]:5000/a/b:1', '[fd00::1]:5000/a/b:1'],
    ['[FD00::1]/a', '[fd00::1]/a'],
    [`r.example/a@${digest}`, `r.example/a@${digest}`],
    [`r.example:5000/a:t@${digest}`, `r.example:5000/a:t@${digest}`],
    [`r.example/a@${digestOf('x', 'sha512')}`, `r.example/a@${digestOf('x', 'sha512')}`],
    ['r.example/a__b/c--d/e.f_g', 'r.example/a__b/c--d/e.f_g'],
    ['r.example/release:4.12.3-x86_64', 'r.example/release:4.12.3-x86_64'],
  ])('%s', (text, expected) => {
    const reference = parseReference(text);
    expect(formatReference(reference)).toBe(expected);
    expect(parseReference(expected)).toEqual(reference);
  });

  it('asks by digest, then by tag, then for latest', () => {
    expect(tagOrDigest(parseReference(`a:t@${digest}`))).toBe(digest);
    expect(tagOrDigest(parseReference('a:t'))).toBe('t');
    expect(tagOrDigest(parseReference('a'))).toBe('latest');
  });
});

describe('what is none, and why', () => {
  it.each([
    ['', 'empty', 'it is empty'],
    [' a', 'empty', 'blanks'],
    ['https://r.example/a', 'scheme', 'https://'],
    ['docker://r.example/a', 'scheme', 'docker://'],
    ['r.example/', 'repository', 'missing'],
    ['r.example/a//b', 'repository', 'empty component'],
    ['r.example/Team/a', 'repository', 'capital letters'],
    ['r.example/a..b', 'repository', '"a..b"'],
    ['r.example/../etc', 'repository', '".."'],
    [`r.example/${'a'.repeat(256)}`, 'repository', '256 characters'],
    ['r.example/a:', 'tag', 'empty'],
    ['r.example/a:-x', 'tag', '"-x"'],
    [`r.example/a:${'t'.repeat(129)}`, 'tag', 'too long'],
    ['r.example/a@sha256:abc', 'digest', '3 hex digits instead of 64'],
    [`r.example/a@${digest.toUpperCase().replace('SHA', 'sha')}`, 'digest', 'lower case'],
    ['r.example/a@md5:abc', 'digest', '"md5"'],
    ['r.example:99999/a', 'host', '99999'],
    ['r_x.example/a', 'host', 'signs'],
    ['[fe80::1%eth0]/a', 'host', 'zone'],
    ['[fd00::1/a', 'host', ''],
    ['[fd00::zz]/a', 'host', 'no IPv6 address'],
    ['fd00::1/a', 'host', 'brackets'],
  ])('%s', (text, code, why) => {
    expect(() => parseReference(text, 'images[3]')).toThrow(
      expect.objectContaining({
        fault: expect.objectContaining({
          code: `reference.${code}`,
          field: 'images[3]',
          message: expect.stringContaining(why),
        }),
      }),
    );
  });

  it('a host carries no scheme', () => {
    expect(parseHost('Site.Example:5000')).toBe('site.example:5000');
    expect(() => parseHost('http://x')).toThrow('scheme');
    expect(() => parseHost('x/y')).toThrow('signs');
    expect(() => parseHost('')).toThrow('empty');
  });
});
