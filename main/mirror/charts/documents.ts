import { parseAllDocuments } from 'yaml';

/** All objects of a YAML text; what can't be read is passed over. */
export function documentsOf(text: string): unknown[] {
  const parsed = parseAllDocuments(text, { logLevel: 'silent' });
  const documents = 'empty' in parsed ? [] : parsed;
  return documents
    .filter((document) => document.errors.length === 0)
    .flatMap((document) => {
      try {
        return [document.toJS({ maxAliasCount: 50 }) as unknown];
      } catch {
        return [];
      }
    });
}

/** Every `image` of a manifest (containers, and custom resources that look like an image), and RELATED_IMAGE variables of operators. */
export function imagesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(imagesIn);
  if (typeof value !== 'object' || value === null) return [];
  const { image, name, value: text } = value as Record<string, unknown>;
  const own = typeof image === 'string' && /[/:]/.test(image) ? [image] : [];
  const related =
    typeof name === 'string' && /^RELATED_IMAGE/.test(name) && typeof text === 'string' && text ? [text] : [];
  return [...own, ...related, ...Object.values(value).flatMap(imagesIn)];
}
