import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../../shared/clock.ts';
import { createRegistry, type RegistryClient } from '../../../images/registry/registry.ts';
import { pushImage, sampleImage } from '../../../images/testing/sample-image.ts';
import type { Digest } from '../../../images/types.ts';
import { createBundleRecords } from '../../../store/bundles.ts';
import { openStore, type Store } from '../../../store/open.ts';
import { createSiteContent } from '../../../store/site-content.ts';
import { createSites, type SiteRecord } from '../../../store/sites.ts';
import type { SigningKey } from '../../bundle/keys.ts';
import { createTrust } from '../../bundle/trust.ts';
import { makeResources } from '../../resources/make-resources.ts';
import type { Registries } from '../../sites/registries.ts';
import type { MirrorImage, WantedFile } from '../../types.ts';
import { type LookDeps, lookAtSite } from '../look.ts';
import { putRecord } from '../put-record.ts';
import { siteContent } from '../site-content.ts';

/** A laptop with a home, a key and rows of its own, which knows one site. */
export interface Laptop {
  site(): SiteRecord;
  deps: LookDeps;
  key: SigningKey;
  keyId: string;
  publicKey: string;
  /** Puts a small image at the registry as a push does, and remembers it. */
  push(target: string, more?: Partial<MirrorImage>, image?: ReturnType<typeof sampleImage>): Promise<Digest>;
  record(files?: readonly WantedFile[]): Promise<string>;
  look(): ReturnType<typeof lookAtSite>;
  /** Objects for a cluster of OpenShift 4.14 as text, and the words on what lies there. */
  resources(files?: readonly WantedFile[]): Promise<{ yaml: string; warnings: string[]; images: MirrorImage[] }>;
  trust(other: Laptop): void;
  distrust(other: Laptop): void;
  /** The rows are lost, the home with its key stays. */
  lose(): void;
  /** So many seconds later by this laptop's clock. */
  wait(seconds: number): void;
}

const client = (host: string): RegistryClient =>
  createRegistry({ host, plainHttp: true }, { clock: systemClock(), random: Math.random });

/** Laptops with homes in one folder, all of one registry of plain HTTP. */
export function startLaptops(host: () => string, prefix = 'edge') {
  const folder = mkdtempSync(join(tmpdir(), 'laptops-'));
  const clients: RegistryClient[] = [];
  const stores: Store[] = [];

  function laptop(name: string): Laptop {
    const home = join(folder, name);
    mkdirSync(home, { recursive: true });
    const registry = client(host());
    clients.push(registry);
    const registries = { of: () => registry } as unknown as Registries;
    let later = 0;
    const now = () => new Date(Date.parse('2026-11-22T10:00:00Z') + later * 1000).toISOString().replace('.000Z', 'Z');
    let count = 0;
    const open = () => {
      const store = openStore(join(home, `bastion-${count++}.db`));
      stores.push(store);
      const sites = createSites(store);
      const address = `${host()}/${prefix}`;
      const row = { id: 's', name: 'S', role: 'site' as const, address, ca: '', user: '', created_at: 't' };
      sites.put({ ...row, plain_http: 1, insecure_tls: 0 });
      const records = createBundleRecords(store);
      const trust = createTrust({ records, folder: join(home, 'keys'), clock: systemClock(), emit: () => {} });
      return { sites, content: createSiteContent(store), registries, trust, now, records };
    };
    let deps = open();
    const site = () => deps.sites.get('s')!;
    const key = deps.trust.key();
    const { id: keyId, publicKey } = key;
    return {
      site,
      get deps() {
        return deps;
      },
      key,
      keyId,
      publicKey,
      async push(target, more = {}, image = sampleImage({ sizes: [500] })) {
        const at = target.lastIndexOf(':');
        const [repository, tag] = [target.slice(0, at), target.slice(at + 1)];
        await pushImage(registry, `${prefix}/${repository}`, tag, image);
        const { digest, mediaType } = image.manifest;
        const row: MirrorImage = {
          ...{ name: `quay.io/${repository}@${digest}`, category: 'additional', by: 'digest', digest, mediaType },
          ...{ sources: [`quay.io/${repository}`], target: { repository, tag }, sets: ['day'], pulledAt: now() },
          attached: [],
          ...more,
        };
        deps.sites.putImage('s', { repository: `${prefix}/${repository}`, tag, digest, image: row, at: now() });
        return digest;
      },
      record: (files = []) => putRecord(deps, site(), async () => [...files]),
      look: () => lookAtSite(deps, site()),
      async resources(files = []) {
        const { content, warnings } = await siteContent(deps, site(), files);
        const { yaml } = makeResources(content, [], { openshift: '4.14.0' });
        return { yaml, warnings, images: [...content.images] };
      },
      trust: (other) =>
        deps.records.trust({ id: other.keyId, name: other.keyId, public_key: other.publicKey, added_at: now() }),
      distrust: (other) => void deps.records.distrust(other.keyId),
      lose() {
        deps = open();
      },
      wait(seconds) {
        later += seconds;
      },
    };
  }
  return {
    laptop,
    async close() {
      for (const each of clients) await each.close();
      for (const each of stores) each.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
