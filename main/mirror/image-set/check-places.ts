import { isAbsolute } from 'node:path';
import type { ImageSet } from '../../../shared/contract/image-set.ts';
import { isManifestText } from '../kmm-images/module-manifest.ts';
import type { Path, Say } from './set-text.ts';

/** Files and addresses of a set: some can't be read; a relative name means another file when the application is started elsewhere. */
export function checkPlaces({ releases, modules, charts }: ImageSet, say: Say): void {
  const check = (place: string, at: Path) => {
    if (place === '' || isAbsolute(place)) return;
    const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(place)?.[1]?.toLowerCase();
    if (scheme) {
      if (['http', 'https', 'file'].includes(scheme)) return;
      return say('error', at, `${scheme}:// is not read.`, 'Write an address with https://, or a file.');
    }
    say('warning', at, `"${place}" depends on where the application is started.`, 'Write the whole path of the file.');
  };
  check(releases?.graph ?? '', ['releases', 'graph']);
  check(releases?.signatures ?? '', ['releases', 'signatures']);
  check(releases?.graphImage?.data ?? '', ['releases', 'graphImage', 'data']);
  check(releases?.okd?.graph ?? '', ['releases', 'okd', 'graph']);
  check(releases?.okd?.signatures ?? '', ['releases', 'okd', 'signatures']);
  const checkKeys = (keys: readonly string[], at: Path) => {
    for (const [index, key] of keys.entries()) if (!key.includes('BEGIN PGP')) check(key, [...at, index]);
  };
  checkKeys(releases?.keys ?? [], ['releases', 'keys']);
  checkKeys(releases?.okd?.keys ?? [], ['releases', 'okd', 'keys']);
  for (const [index, { manifest }] of modules.entries()) {
    if (!isManifestText(manifest)) check(manifest, ['modules', index, 'manifest']);
  }
  for (const [index, { repository }] of charts.entries()) {
    // Told what to do instead where charts are checked.
    if (!/^oci:/i.test(repository)) check(repository, ['charts', index, 'repository']);
  }
}
