/** The part of a JSON schema that completion reads. */
export interface Schema {
  type?: string;
  description?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  enum?: unknown[];
  required?: string[];
}

/** Where the cursor is in a YAML text: the keys above it (`[]` for a list item), and what is being typed. */
export interface YamlPlace {
  path: string[];
  /** Typing a value after this key, or undefined while typing a key. */
  valueOf: string | undefined;
  /** Start of the word that is being typed, as an offset in the text. */
  from: number;
}

const lineShape = /^(\s*)((?:-\s+)*)([A-Za-z0-9_./-]*)(:?)(.*)$/;

/** Finds the place by indentation, so it works in a text that does not parse yet. */
export function placeAt(text: string, offset: number): YamlPlace {
  const before = text.slice(0, offset);
  const lines = before.split('\n');
  const current = lines.pop() ?? '';
  const [, space = '', dashes = '', key = '', colon = '', rest = ''] = lineShape.exec(current) ?? [];
  const inValue = colon === ':' && /^\s/.test(`${rest} `);
  const typed = inValue ? rest.trimStart() : key;
  const path: string[] = [];
  if (dashes !== '') for (let count = dashes.split('-').length - 1; count > 0; count--) path.unshift('[]');
  // A key belongs to the nearest line above that is indented less; a dash indents what follows it.
  let column = space.length;
  for (let index = lines.length - 1; index >= 0 && column >= 0; index--) {
    const line = lines[index] ?? '';
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const [, indent = '', dash = '', name = '', mark = ''] = lineShape.exec(line) ?? [];
    const keyColumn = indent.length + dash.length;
    if (dash !== '' && keyColumn <= column + (dashes !== '' && path[0] === '[]' ? -1 : 0) && indent.length < column) {
      // Beside the first key of a list item: the item is ours, its key is a sibling or the parent.
      if (keyColumn < column && mark === ':') path.unshift(name);
      path.unshift('[]');
      column = indent.length;
      continue;
    }
    // A list may stand at the same column as the key that holds it.
    const limit = path[0] === '[]' ? column + 1 : column;
    if (dash === '' && mark === ':' && keyColumn < limit && name !== '') {
      path.unshift(name);
      column = keyColumn;
      if (column === 0) break;
    }
  }
  return { path, valueOf: inValue ? key : undefined, from: offset - typed.length };
}

/** The schema of what stands at a path, or undefined where the schema says nothing. */
export function schemaAt(root: Schema, path: readonly string[]): Schema | undefined {
  let at: Schema | undefined = root;
  for (const step of path) {
    if (at === undefined) return undefined;
    if (step === '[]') at = at.items;
    else
      at = at.properties?.[step] ?? (typeof at.additionalProperties === 'object' ? at.additionalProperties : undefined);
  }
  return at;
}

/** The whole ManagedClusterModule around the spec that the hub serves. */
export function rootSchema(spec: Schema | undefined): Schema {
  const text: Schema = { type: 'string' };
  const pairs: Schema = { type: 'object', additionalProperties: text };
  return {
    type: 'object',
    properties: {
      apiVersion: { type: 'string', enum: ['hub.kmm.sigs.x-k8s.io/v1beta1'] },
      kind: { type: 'string', enum: ['ManagedClusterModule'] },
      metadata: { type: 'object', properties: { name: text, labels: pairs, annotations: pairs } },
      ...(spec && { spec }),
    },
  };
}
