import type { Clock } from '../../../shared/clock.ts';
import { fault } from '../../../shared/fault.ts';
import { component, parseHost } from '../../images/reference.ts';
import { certsDirs, readCertificates } from '../../images/registry/certs-dir.ts';
import type { RegistryEffects } from '../../images/registry/effects.ts';
import { createRegistry, type RegistryClient } from '../../images/registry/registry.ts';
import type { ImageSource, Reference, RegistrySettings } from '../../images/types.ts';
import type { SiteRecord, Sites } from '../../store/sites.ts';
import type { Passwords } from './passwords.ts';

/** A registry's address as people write it: `host[:port]`, and the path below which our images go. */
export interface Address {
  host: string;
  /** Without slashes at its ends; '' = none. */
  prefix: string;
}

/** A repository has 255 characters at most (distribution-spec), our own below it need some. */
const longestPrefix = 128;

/** Fault reference.host, and site.prefix for a path that is no repository. */
export function parseAddress(text: string): Address {
  const [host = '', ...rest] = text.replace(/^(https?|docker):\/\//, '').split('/');
  const prefix = rest.filter((part) => part !== '').join('/');
  if (prefix !== '' && (prefix.length > longestPrefix || !prefix.split('/').every((part) => component.test(part)))) {
    throw fault(
      'site.prefix',
      prefix.length > longestPrefix
        ? `A path of ${prefix.length} characters leaves no room for the images below it.`
        : `"${prefix}" is no path in a registry.`,
      'Use lower-case letters, digits and / between them, or one of . _ __ or any number of -.',
      { field: 'address' },
    );
  }
  return { host: parseHost(host, 'address'), prefix };
}

/** `registry.site/prefix/openshift/release` without the host. */
export const under = ({ prefix }: Address, repository: string): string =>
  prefix === '' ? repository : `${prefix}/${repository}`;

/** Clients of registries, one for each host, made when first needed. What we know of a host (sites, sources) is how it is reached. */
export interface Registries {
  of(host: string): RegistryClient;
  /** How it is reached, without its credential. */
  settings(host: string): RegistrySettings;
  /** A repository as a closed set of bytes. */
  source(reference: Reference): ImageSource;
  /** After its settings changed. */
  forget(host: string): Promise<void>;
  close(): Promise<void>;
}

export function createRegistries(deps: {
  sites: Sites;
  passwords: Passwords;
  clock: Clock;
  random: () => number;
  credentials: NonNullable<RegistryEffects['credentials']>;
  env: NonNullable<RegistryEffects['env']>;
  /** The user's home folder: certificates lie below it. */
  home: string;
}): Registries {
  const { sites, passwords, clock, random, credentials, env, home } = deps;
  const certificates = certsDirs(home);
  const open = new Map<string, RegistryClient>();

  function known(host: string): SiteRecord | undefined {
    return sites.all().find(({ address }) => parseAddress(address).host === host);
  }
  function settings(host: string): RegistrySettings {
    const site = known(host);
    return {
      host,
      ...(site?.ca && { ca: site.ca }),
      ...(site && { plainHttp: site.plain_http === 1, insecureTls: site.insecure_tls === 1 }),
    };
  }
  function make(host: string): RegistryClient {
    const credential = passwords.get(host);
    return createRegistry(
      // What lies in podman's folders is known, too; what was said here counts for more.
      { ...readCertificates(host, certificates), ...settings(host), ...(credential && { credential }) },
      { clock, random, env, credentials },
    );
  }
  function of(host: string): RegistryClient {
    const there = open.get(host) ?? make(host);
    open.set(host, there);
    return there;
  }
  return {
    of,
    settings,
    source: ({ registry, repository }) => ({
      manifest: (name, signal) => of(registry).manifest(repository, name, signal),
      blob: (blob, options) => of(registry).blob(repository, blob, options),
    }),
    async forget(host) {
      const gone = open.get(host);
      open.delete(host);
      await gone?.close();
    },
    async close() {
      const all = [...open.values()];
      open.clear();
      await Promise.allSettled(all.map((registry) => registry.close()));
    },
  };
}
