import type { ReportModel } from '../../../shared/contract/install.ts';
import { Facts } from '../../parts/facts.tsx';
import { bytes, clockTime, count, plural } from '../../words/format.ts';

/** Where the images came from, as far as this laptop brought them. */
export function MirrorPart({ mirror }: { mirror: ReportModel['mirror'] }) {
  if (mirror.length === 0) return null;
  return (
    <section>
      <h2 className="kb-h">Where the images came from</h2>
      {mirror.map(({ site, address, images, missing, verifiedAt, bundles, pointed }) => (
        <Facts
          key={address}
          facts={[
            ['Registry', `${site} (${address})`],
            ['Images', missing > 0 ? `${count(images)}, ${count(missing)} no longer to be had` : count(images)],
            ['All pullable', verifiedAt ? clockTime(verifiedAt) : 'not verified'],
            [
              'Bundles',
              bundles.length === 0
                ? 'none: pulled here'
                : bundles
                    .map(
                      ({ id, images: of, bytes: size }) =>
                        `${id.slice(0, 12)} (${plural(of, 'image')}, ${bytes(size)})`,
                    )
                    .join(', '),
            ],
            ['Clusters', pointed.length === 0 ? 'not told yet' : pointed.map(({ sentence }) => sentence).join(' ')],
          ]}
        />
      ))}
    </section>
  );
}
