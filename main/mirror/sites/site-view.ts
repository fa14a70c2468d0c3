import type { SiteRow } from '../../../shared/contract/mirror.ts';
import type { SiteRecord } from '../../store/sites.ts';

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
