import { X509Certificate } from 'node:crypto';
import type { Clock } from '../../../shared/clock.ts';
import type { SiteRow } from '../../../shared/contract/mirror.ts';
import type { Emit, Handlers } from '../../../shared/contract.ts';
import { fault, toFault } from '../../../shared/fault.ts';
import { countText } from '../../../shared/rules/amount-text.ts';
import { freeSlug } from '../../../shared/rules/slug.ts';
import type { MirrorEvents } from '../../store/mirror-events.ts';
import type { SiteRecord } from '../../store/sites.ts';
import { type LookDeps, lookAtSite } from '../site-record/look.ts';
import type { Passwords } from './passwords.ts';
import { parseAddress } from './registries.ts';
import { checkSite } from './site-check.ts';
import { siteView } from './site-view.ts';
import { verifySite } from './verify-site.ts';

type SiteCall =
  | 'mirror.sites'
  | 'mirror.addSite'
  | 'mirror.editSite'
  | 'mirror.removeSite'
  | 'mirror.checkSite'
  | 'mirror.verifySite';

/** Registries we know: where images go, and sources that need more than auth files say. */
export function createSitesPart(deps: {
  look: LookDeps;
  passwords: Passwords;
  events: MirrorEvents;
  clock: Clock;
  env: Readonly<Record<string, string | undefined>>;
  emit: Emit;
}): {
  handlers: Pick<Handlers, SiteCall>;
  get(id: string): SiteRecord;
  /**
   * Before a long push: reached, signed in, and what it can do known since a day at most, by a probe where needed. Gives a warning where
   * the probe could not push, else ''. Faults: those of the registry.
   */
  ready(id: string): Promise<string>;
} {
  const { look, passwords, events, clock, env, emit } = deps;
  const { sites, registries, now } = look;
  const changed = (id: string) => emit('mirror.changed', { what: 'sites', id });

  const get = (id: string): SiteRecord => {
    const row = sites.get(id);
    if (row) return row;
    const ids = sites.all().map((each) => each.id);
    throw fault(
      'site.unknown',
      `There is no registry ${id}.`,
      ids.length > 0
        ? `There are: ${ids.join(', ')}.`
        : 'Add it: `cli mirror addSite --name NAME --address HOST:PORT`.',
      { field: 'site', about: ids },
    );
  };
  const view = (id: string): SiteRow => siteView(get(id), sites.imageCount(id));

  /** Two entries for one host would contradict each other in how it is reached. */
  function refuseTwin(address: string, id: string) {
    const { host } = parseAddress(address);
    const twin = sites.all().find((row) => row.id !== id && parseAddress(row.address).host === host);
    if (twin) {
      throw fault(
        'site.exists',
        `${host} is already known as ${twin.name}.`,
        'Edit that one; one registry is reached in one way.',
        { field: 'address', about: [twin.id] },
      );
    }
  }
  /** Passwords are kept by host: one that moves takes its password along, one without a user has none. */
  async function keepPassword(before: SiteRecord | undefined, row: SiteRecord, given: string | undefined) {
    const { host } = parseAddress(row.address);
    const old = before && parseAddress(before.address).host;
    const kept = old === undefined ? undefined : passwords.get(old)?.password;
    const password = row.user === '' ? '' : (given ?? kept ?? '');
    if (old !== undefined && old !== host) passwords.set(old, '', '');
    if (password !== '' || passwords.get(host)) passwords.set(host, row.user, password);
    for (const each of new Set([host, old ?? host])) await registries.forget(each);
  }

  async function check(id: string): Promise<SiteRow> {
    const row = get(id);
    const found = await checkSite(row, registries, { clock, env }).catch((error: unknown) => ({
      ...{ health: 'failed' as const, sentence: words(error), certificateUntil: null },
      ...{ freeBytes: null, abilities: JSON.parse(row.abilities_json) as SiteRow['abilities'] },
    }));
    sites.checked({
      ...{ id, health: found.health, sentence: found.sentence, checked_at: now(), free_bytes: found.freeBytes },
      ...{ certificate_until: found.certificateUntil, abilities_json: JSON.stringify(found.abilities) },
    });
    changed(id);
    return view(id);
  }

  async function ready(id: string): Promise<string> {
    const row = get(id);
    await registries.of(parseAddress(row.address).host).ping();
    const ability = ({ abilities }: SiteRow) => abilities.find(({ name }) => name === 'push');
    const asked = row.checked_at === null ? 0 : Date.parse(row.checked_at);
    if (clock.now() - asked < day && ability(view(id))?.able === 'yes') return '';
    const push = ability(await check(id));
    // No end yet: a user may have rights on some repositories only, and not on that of the probe.
    return push?.able === 'no' ? `The probe could not push (${push.detail}); each image tells for itself.` : '';
  }

  return {
    get,
    ready,
    handlers: {
      'mirror.sites': () => ({ sites: sites.all().map((row) => siteView(row, sites.imageCount(row.id))) }),
      async 'mirror.addSite'({ password, plainHttp, insecureTls, ...given }) {
        const address = normalAddress(given.address, plainHttp);
        refuseTwin(address, '');
        checkLogin(given.user, password);
        checkCa(given.ca);
        const id = freeSlug(given.name, new Set(sites.all().map((row) => row.id)), 'site', 60);
        sites.put({
          ...given,
          ...{ address, id, plain_http: plainHttp ? 1 : 0, insecure_tls: insecureTls ? 1 : 0, created_at: now() },
        });
        await keepPassword(undefined, get(id), password);
        changed(id);
        return view(id);
      },
      async 'mirror.editSite'({ id, password, plainHttp, insecureTls, ...given }) {
        const before = get(id);
        const parts = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
        const next: SiteRecord = {
          ...before,
          ...parts,
          ...(plainHttp !== undefined && { plain_http: plainHttp ? 1 : 0 }),
          ...(insecureTls !== undefined && { insecure_tls: insecureTls ? 1 : 0 }),
        };
        next.address = normalAddress(next.address, next.plain_http === 1);
        refuseTwin(next.address, id);
        checkLogin(next.user, password ?? '');
        checkCa(next.ca);
        sites.put(next);
        // What lay at the old place does not lie at the new one; where it does after all, the record there tells.
        if (next.address !== before.address) look.content.forget(id);
        await keepPassword(before, next, password);
        // What was seen by another way in says nothing of this one; nor does what it could do then.
        if (password !== undefined || reached.some((key) => before[key] !== next[key])) {
          sites.checked({
            ...{ id, health: 'unknown', sentence: '', checked_at: null },
            ...{ free_bytes: null, certificate_until: null, abilities_json: '[]' },
          });
        }
        changed(id);
        return view(id);
      },
      async 'mirror.removeSite'({ id }) {
        const row = get(id);
        sites.remove(id);
        await keepPassword(row, { ...row, user: '' }, '');
        changed(id);
        return {};
      },
      async 'mirror.checkSite'({ id }) {
        const checked = await check(id);
        if (checked.role === 'source' || checked.health === 'failed') return checked;
        // What other laptops pushed is told by `mirror.resources`, too: a look that fails is no fault of the registry's health.
        const { changed: isNew } = await lookAtSite(look, get(id)).catch(() => ({ changed: false }));
        if (isNew) changed(id);
        return view(id);
      },
      async 'mirror.verifySite'({ id }) {
        const row = get(id);
        // Those of other laptops are verified, too.
        const { unused, unrecorded } = await lookAtSite(look, row);
        const found = await verifySite({ site: row, sites, registries, now });
        const behind =
          unrecorded === 0
            ? []
            : [
                `The record at the site tells not of ${countText(unrecorded, 'image')} that this laptop pushed: push again.`,
              ];
        const result = { ...found, sentence: [found.sentence, ...behind, ...unused].join(' ') };
        if (result.missing.length === 0) sites.verified(id, now());
        events.add({ at: now(), what: 'verify', place: row.address, sentence: `${row.name}: ${result.sentence}` });
        changed(id);
        return result;
      },
    },
  };
}

/** What decides how a registry is reached, and as whom. */
const reached = ['address', 'ca', 'plain_http', 'insecure_tls', 'user'] as const;

/** How long a probe's answer counts, ms. */
const day = 86_400_000;

const words = (error: unknown) => {
  const { message, remedy } = toFault(error);
  return `${message} ${remedy}`;
};

/** As it is kept and written into mirror sets: without a scheme. One of plain HTTP is chosen outright, never by the way. */
function normalAddress(text: string, plainHttp: boolean): string {
  if (/^http:/.test(text) && !plainHttp) {
    throw fault(
      'site.scheme',
      `${text} asks for plain HTTP, which is not chosen.`,
      'Leave the scheme away to use TLS, or choose plain HTTP (`--plainHttp`).',
      { field: 'plainHttp' },
    );
  }
  const { host, prefix } = parseAddress(text);
  return prefix === '' ? host : `${host}/${prefix}`;
}

function checkCa(ca: string): void {
  if (ca === '') return;
  try {
    new X509Certificate(ca);
  } catch (cause) {
    throw fault(
      'site.ca',
      'The authority is no certificate in PEM form.',
      'Give the text that begins with -----BEGIN CERTIFICATE----- (`--ca @ca.pem`).',
      { field: 'ca', cause },
    );
  }
}

function checkLogin(user: string, password: string): void {
  if (user.includes(':')) {
    throw fault('site.user', 'A user name has no colon.', 'Take the colon away.', { field: 'user' });
  }
  if (user === '' && password !== '') {
    throw fault('site.user', 'A password without a user is of no use.', 'Name the user, too.', { field: 'user' });
  }
}
