import type { ReportModel } from '../../shared/contract/install.ts';
import type { Store } from '../store/open.ts';

interface SiteLine {
  id: string;
  name: string;
  address: string;
  verified_at: string | null;
  images: number;
  missing: number;
  pushed_at: string | null;
}

/** Where the images came from, as far as this laptop brought them; registries that got nothing are left out. */
export function createMirrorRows({ db }: Store): (hub: string) => ReportModel['mirror'] {
  const sites = db.prepare<[], SiteLine>(
    `select s.id, s.name, s.address, s.verified_at, count(*) as images, sum(i.missing) as missing, max(i.pushed_at) as pushed_at
     from site s join (
       select site, repository, tag, digest, max(missing) > 0 as missing, max(pushed_at) as pushed_at from site_image
       group by site, repository, tag, digest
     ) i on i.site = s.id where s.role = 'site' group by s.id order by s.name`,
  );
  const bundles = db.prepare<[], { id: string; at: string; facts_json: string }>(
    `select id, at, facts_json from bundle where direction = 'in' order by at`,
  );
  const pointed = db.prepare<[string], { at: string; sentence: string }>(
    `select at, sentence from timeline where hub = ? and event = 'mirrorPointed' order by at`,
  );
  return (hub) => {
    const read = bundles.all().map(({ id, at, facts_json }) => {
      const { madeAt, images, bytes } = JSON.parse(facts_json) as { madeAt: string; images: number; bytes: number };
      return { id, madeAt, readAt: at, images, bytes };
    });
    const told = pointed.all(hub);
    return sites.all().map(({ id: _, name, verified_at, pushed_at, ...line }) => ({
      ...{ site: name, ...line, pushedAt: pushed_at, verifiedAt: verified_at, bundles: read },
      pointed: told.filter(({ sentence }) => sentence.includes(` ${line.address} `)),
    }));
  };
}
