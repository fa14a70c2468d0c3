import type { SiteRow } from '../../../shared/contract/mirror.ts';
import type { RegistryEffects } from '../../images/registry/effects.ts';
import { registryHealth } from '../../images/registry/health.ts';
import { probeRegistry } from '../../images/registry/probe.ts';
import type { SiteRecord } from '../../store/sites.ts';
import { parseAddress, type Registries, under } from './registries.ts';

export interface SiteCheck extends Pick<SiteRow, 'health' | 'sentence' | 'abilities' | 'freeBytes'> {
  certificateUntil: string | null;
}

/** What to type where a registry is known here, but not rightly. */
const byHand: Record<string, (site: SiteRecord) => string> = {
  'registry.unauthorized': ({ id }) => `To give them: \`cli mirror editSite --id ${id} --user USER --password @FILE\`.`,
  'registry.tls': ({ id, ca }) =>
    ca === '' ? `To give a CA: \`cli mirror editSite --id ${id} --ca @ca.pem\`.` : 'The CA given here is another.',
};

/** Whether a registry answers, lets us in and takes what we push; what it can, by a probe that tidies up after itself. */
export async function checkSite(
  site: SiteRecord,
  registries: Registries,
  effects: Pick<RegistryEffects, 'clock' | 'env'>,
): Promise<SiteCheck> {
  const address = parseAddress(site.address);
  const registry = registries.of(address.host);
  const settings = registries.settings(address.host);
  const found = await registryHealth(registry, settings, effects);
  const base = { certificateUntil: found.certificateUntil ?? null, freeBytes: found.freeBytes };
  if (found.fault) {
    const { code, message, remedy } = found.fault;
    const more = byHand[code]?.(site);
    return { ...base, health: 'failed', sentence: [message, remedy, more].filter(Boolean).join(' '), abilities: [] };
  }
  if (site.role === 'source') return { ...base, health: found.health, sentence: found.sentence, abilities: [] };
  const abilities = await probeRegistry(registry, under(address, 'kmm-bastion/probe'));
  const push = abilities.find(({ name }) => name === 'push');
  if (push && push.able !== 'yes') return { ...base, health: 'failed', sentence: push.detail, abilities };
  return { ...base, health: found.health, sentence: `${found.sentence} Pushing works.`, abilities };
}
