import { isIPv6 } from 'node:net';
import { fault } from '../../shared/fault.ts';
import { parseDigest } from './digest.ts';
import type { Digest, Reference } from './types.ts';

const domain = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)(?:\.(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?))*(?::\d{1,5})?$/i;
/** One component of a repository's path (distribution-spec, pulling manifests). */
export const component = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagShape = /^\w[\w.-]{0,127}$/;

const refuse = (code: string, text: string, why: string, remedy: string, field: string) =>
  fault(`reference.${code}`, `"${text}" is no image reference: ${why}.`, remedy, { field });

/** Docker's rule for telling a host from a first path component: a dot, a colon, `localhost` or a capital letter. */
const isHost = (first: string) => /[.:[\]A-Z]/.test(first) || first === 'localhost';

/**
 * Checks `host[:port]` of a registry, lower case; IPv6 stands in brackets and without a zone.
 * Faults: reference.host.
 */
export function parseHost(text: string, field = 'host'): string {
  const bad = (why: string) =>
    fault(
      'reference.host',
      `"${text}" is no registry address: ${why}.`,
      'Write host, host:port or [IPv6 address]:port, without http:// and path.',
      { field },
    );
  const bracket = /^\[([^\]]*)\](?::(\d{1,5}))?$/.exec(text);
  const port = Number(bracket ? (bracket[2] ?? 1) : (/:(\d+)$/.exec(text)?.[1] ?? 1));
  if (text === '') throw bad('it is empty');
  if (text.includes('://')) throw bad('it carries a scheme');
  if (text.includes('%')) throw bad('an IPv6 zone (%) has a meaning on one machine only');
  if (bracket && !isIPv6(bracket[1] ?? '')) throw bad('what stands in brackets is no IPv6 address');
  if (!bracket && isIPv6(text)) throw bad('an IPv6 address must stand in brackets');
  if (!bracket && !domain.test(text)) throw bad('it holds signs that no host name has');
  if (port < 1 || port > 65_535) throw bad(`${port} is no port`);
  return text.toLowerCase();
}

function splitHost(text: string, field: string): { registry: string; rest: string } {
  const slash = text.indexOf('/');
  const first = slash < 0 ? '' : text.slice(0, slash);
  if (slash < 0 || !isHost(first)) return { registry: 'docker.io', rest: text };
  const registry = parseHost(first, field);
  return { registry: registry === 'index.docker.io' ? 'docker.io' : registry, rest: text.slice(slash + 1) };
}

/** Checks a repository's path (distribution-spec: components of lower-case letters, digits and single separators). */
function parseRepository(path: string, text = path, field = 'repository'): string {
  const no = (why: string, remedy: string) => refuse('repository', text, why, remedy, field);
  if (path === '') throw no('the repository is missing', 'Write host/path:tag.');
  const bad = path.split('/').find((part) => !component.test(part));
  if (bad === '') throw no('its path has an empty component', 'Take away the slash too many.');
  if (bad !== undefined && bad !== bad.toLowerCase())
    throw no(`"${bad}" has capital letters`, 'Repository names are lower case.');
  if (bad !== undefined)
    throw no(`"${bad}" is no path component`, 'Use lower-case letters, digits and single . _ - between them.');
  if (path.length > 255) throw no(`its repository is ${path.length} characters long`, 'Use at most 255.');
  return path;
}

/**
 * Reads `host[:port]/path[:tag][@digest]` (distribution reference.go). Docker Hub's short names are written out
 * (`busybox` → docker.io/library/busybox); no tag is added. `field` is named in the faults.
 * Faults: reference.empty, .scheme, .host, .repository, .tag, .digest.
 */
export function parseReference(text: string, field = 'image'): Reference {
  if (text.trim() === '') throw refuse('empty', text, 'it is empty', 'Write host/path:tag.', field);
  if (text !== text.trim() || /\s/.test(text))
    throw refuse('empty', text, 'it holds blanks', 'Take the blanks away.', field);
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0];
  if (scheme) throw refuse('scheme', text, `it starts with ${scheme}`, `Leave ${scheme} away: host/path:tag.`, field);
  const at = text.indexOf('@');
  const digest: Digest | undefined = at < 0 ? undefined : parseDigest(text.slice(at + 1), field);
  const named = at < 0 ? text : text.slice(0, at);
  // A colon behind the last slash starts the tag; one before it belongs to the port.
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  const name = colon < 0 ? named : named.slice(0, colon);
  if (tag !== undefined && !tagShape.test(tag)) {
    const why = tag === '' ? 'its tag is empty' : tag.length > 128 ? 'its tag is too long' : `"${tag}" is no tag`;
    const remedy = 'A tag has at most 128 letters, digits, _ . - and starts with none of . and -.';
    throw refuse('tag', text, why, remedy, field);
  }
  const { registry, rest } = splitHost(name, field);
  const path = registry === 'docker.io' && rest !== '' && !rest.includes('/') ? `library/${rest}` : rest;
  return {
    registry,
    repository: parseRepository(path, text, field),
    ...(tag !== undefined && { tag }),
    ...(digest && { digest }),
  };
}

/** `host[:port]/path` without tag and digest. */
export const repositoryOf = ({ registry, repository }: Reference): string => `${registry}/${repository}`;

/** The full reference again, as parseReference reads it. */
export const formatReference = (reference: Reference): string =>
  repositoryOf(reference) +
  (reference.tag === undefined ? '' : `:${reference.tag}`) +
  (reference.digest === undefined ? '' : `@${reference.digest}`);

/** What to ask the registry for: the digest where there is one, else the tag, else `latest`. */
export const tagOrDigest = ({ tag, digest }: Reference): string => digest ?? tag ?? 'latest';
