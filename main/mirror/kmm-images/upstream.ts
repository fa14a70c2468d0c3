import { fault } from '../../../shared/fault.ts';
import { nearest } from '../../../shared/rules/nearest.ts';
import { parseReference } from '../../images/reference.ts';
import type { Reference } from '../../images/types.ts';
import type { Basket } from '../image-set/basket.ts';
import type { ResolveEffects } from '../image-set/effects.ts';
import { pin, wanted } from '../image-set/pin.ts';

/** Where the project publishes its images, and which they are (kmm.md 4.2): the hub needs signimage, spokes worker. */
const upstreamRepository = 'gcr.io/k8s-staging-kmm';
const parts = ['operator', 'operator-hub', 'worker', 'signimage', 'webhook-server'];
/** What the operator builds with unless told otherwise (RELATED_IMAGE_BUILD). */
const builder = 'gcr.io/kaniko-project/executor:latest';

/**
 * The project's own images of a version. Its tags carry the day of the build before the version (`v20260812-v2.7.0`); the newest of a
 * version is taken. `repository` replaces the public place, for mirrors of it.
 */
export async function resolveUpstream(
  version: string,
  effects: ResolveEffects,
  basket: Basket,
  repository = upstreamRepository,
): Promise<void> {
  effects.onStep?.(`KMM ${version}`);
  const bare = version.replace(/^v/, '');
  const names = parts.map((part) => `${repository}/kernel-module-management-${part}`);
  const jobs = names.map((name) =>
    basket.part(`${name}:${version}`, async () => {
      const reference = await newest(parseReference(name), bare, effects);
      basket.add(wanted(await pin(reference, effects), reference, { category: 'kmm', facts: { version: `v${bare}` } }));
    }),
  );
  const build = basket.part(builder, async () => {
    const reference = parseReference(builder);
    basket.add(wanted(await pin(reference, effects), reference, { category: 'kmm', facts: { role: 'builder' } }));
  });
  await Promise.all([...jobs, build]);
}

async function newest(reference: Reference, version: string, { open, signal }: ResolveEffects): Promise<Reference> {
  const tags = await open(reference).tags(signal);
  const escaped = version.replace(/[.+*?^$()[\]{}|\\]/g, '\\$&');
  const dated = new RegExp(`^v\\d{8}-v${escaped}$`);
  const tag =
    tags.find((each) => each === `v${version}`) ??
    tags
      .filter((each) => dated.test(each))
      .sort()
      .at(-1);
  if (tag) return { ...reference, tag };
  const known = [...new Set(tags.flatMap((each) => /v(\d+\.\d+\.\d+)$/.exec(each)?.[1] ?? []))].sort();
  const meant = nearest(version, known) ?? known.at(-1);
  throw fault(
    'kmm.version',
    `${reference.repository} has no tag of v${version}.`,
    meant ? `Did you mean v${meant}?` : 'Look at the releases of the project.',
    { field: 'kmm.version', about: known.map((each) => `v${each}`) },
  );
}
