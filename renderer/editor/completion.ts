import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { placeAt, type Schema, schemaAt } from './schema-path.ts';

const kindOf = ({ type, items, enum: words }: Schema): string =>
  words ? words.map(String).join(' | ') : items ? `list of ${items.type ?? 'values'}` : (type ?? '');

/** What may be typed at this place by the schema: keys that are not there yet with their description, or allowed values. */
export function optionsAt(
  root: Schema,
  text: string,
  offset: number,
): { from: number; options: Completion[] } | undefined {
  const place = placeAt(text, offset);
  if (place.valueOf !== undefined) {
    const value = schemaAt(root, [...place.path, place.valueOf]);
    const words = value?.enum ?? (value?.type === 'boolean' ? ['true', 'false'] : []);
    if (words.length === 0) return undefined;
    return { from: place.from, options: words.map((word) => ({ label: String(word), type: 'enum' })) };
  }
  const here = schemaAt(root, place.path);
  if (!here?.properties) return undefined;
  const required = new Set(here.required ?? []);
  const options = Object.entries(here.properties).map(([label, schema]): Completion => {
    const nested = schema.properties !== undefined || schema.type === 'object' || schema.items !== undefined;
    return {
      label,
      type: 'property',
      detail: kindOf(schema),
      apply: nested ? `${label}:` : `${label}: `,
      boost: required.has(label) ? 1 : 0,
      ...(schema.description && { info: schema.description }),
    };
  });
  return { from: place.from, options };
}

/** CodeMirror's source over the schema that `schema()` gives now. */
export const completionSource =
  (schema: () => Schema) =>
  (context: CompletionContext): CompletionResult | null => {
    const found = optionsAt(schema(), context.state.doc.toString(), context.pos);
    if (!found || (!context.explicit && found.from === context.pos)) return null;
    return { ...found, validFor: /^[\w./-]*$/ };
  };
