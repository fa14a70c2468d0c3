import { z } from 'zod';
import { ImageCategory } from '../../../shared/contract/mirror.ts';
import { readAttached } from '../../images/content/attached.ts';
import { readLeftOut } from '../../images/content/left-out.ts';
import type { ContentStore, StoreRoot } from '../../images/types.ts';
import type { MirrorImage, WantedImage, Wish } from '../types.ts';

/** Annotations of a root in the store's index: the path a registry serves it at, and everything else we know of it as JSON. */
export const targetAnnotation = 'bastion.kmm/target';
export const imageAnnotation = 'bastion.kmm/image';

const Asked = z.object({
  category: ImageCategory,
  sources: z.array(z.string()),
  by: z.enum(['digest', 'tag']),
  neededBy: z.array(z.string()).optional(),
  facts: z.record(z.string(), z.string()).optional(),
});
const Target = z.object({ repository: z.string(), tag: z.string() });
const Facts = Asked.extend({
  sets: z.array(z.string()),
  bySet: z.record(z.string(), Asked.extend({ target: Target })).optional(),
  pulledAt: z.string(),
});

/** What we write on an image's root in the store. */
export function annotationsOf(
  image: WantedImage & Pick<MirrorImage, 'sets' | 'bySet' | 'pulledAt'>,
): Record<string, string> {
  const { category, target, sources, by, neededBy, facts, sets, bySet, pulledAt } = image;
  return {
    [targetAnnotation]: `${target.repository}:${target.tag}`,
    [imageAnnotation]: JSON.stringify({ category, sources, by, neededBy, facts, sets, bySet, pulledAt }),
  };
}

/** The image of a root; undefined for roots that other tools put there, or that only carry files. */
export function imageOf(root: StoreRoot): MirrorImage | undefined {
  const { name, descriptor, annotations } = root;
  const target = annotations[targetAnnotation];
  const text = annotations[imageAnnotation];
  if (target === undefined || text === undefined) return undefined;
  const facts = Facts.safeParse(parsed(text));
  if (!facts.success) return undefined;
  const at = target.lastIndexOf(':');
  const { neededBy, facts: known, bySet, ...rest } = facts.data;
  const omitted = readLeftOut(root);
  return {
    ...rest,
    name,
    digest: descriptor.digest,
    mediaType: descriptor.mediaType,
    target: { repository: target.slice(0, at), tag: target.slice(at + 1) },
    attached: readAttached(root),
    ...(omitted && { omitted }),
    ...(bySet && { bySet: bySet as Record<string, Wish> }),
    ...(neededBy && { neededBy }),
    ...(known && { facts: known }),
  };
}

/** Every image the store keeps, by name. */
export function imagesOf(store: ContentStore): MirrorImage[] {
  return store
    .roots()
    .flatMap((root) => imageOf(root) ?? [])
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Another tool's annotation: then it is not one of our images.
    return undefined;
  }
}
