import type { SiteRow } from '../../shared/contract/mirror.ts';
import type { SiteRecord } from '../store/sites.ts';

/** A registry's row as the window sees it: no secret. */
export const siteView = (row: SiteRecord, images: number): SiteRow => ({
  ...{ id: row.id, name: row.name, role: row.role, address: row.address, user: row.user },
  ...{ plainHttp: row.plain_http === 1, insecureTls: row.insecure_tls === 1, hasCa: row.ca !== '' },
  ...{ health: row.health, sentence: row.sentence, freeBytes: row.free_bytes, images },
  abilities: JSON.parse(row.abilities_json) as SiteRow['abilities'],
  ...(row.checked_at !== null && { checkedAt: row.checked_at }),
  ...(row.certificate_until !== null && { certificateUntil: row.certificate_until }),
  ...(row.verified_at !== null && { verifiedAt: row.verified_at }),
});

/** An id for a new registry: its name as a slug, unique among those that are there. */
export function siteSlug(name: string, taken: ReadonlySet<string>): string {
  const slug =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 60) || 'site';
  for (let count = 1; ; count += 1) {
    const id = count === 1 ? slug : `${slug}-${count}`;
    if (!taken.has(id)) return id;
  }
}
