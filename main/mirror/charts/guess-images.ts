import { documentsOf } from './documents.ts';
import { textsAt } from './json-path.ts';
import { fillExpression } from './simple-template.ts';

type Json = Record<string, unknown>;
const isMap = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

export interface GuessedImages {
  images: string[];
  /** Lines of templates that name an image in a way that only helm understands. */
  unclear: string[];
}

/**
 * Reads images without rendering: lines `image: …` of templates with the plain expressions filled in, and `repository` with `tag`,
 * `digest` or `registry` beside it in values. Subcharts get their parent's values of their name; a condition that is false leaves them out.
 */
export function guessImages(files: ReadonlyMap<string, string>, paths: readonly string[]): GuessedImages {
  const images = new Set<string>();
  const unclear: string[] = [];
  visit('', {}, {});
  return { images: [...images], unclear };

  function visit(root: string, over: Json, global: Json): void {
    const about = mapIn(files.get(`${root}Chart.yaml`));
    const own = merge(mapIn(files.get(`${root}values.yaml`)), over);
    const values = merge(own, { global: merge(isMap(own['global']) ? own['global'] : {}, global) });
    const appVersion = String(about['appVersion'] ?? '');
    for (const image of imagesOfValues(values, appVersion)) images.add(image);
    for (const [path, text] of files) {
      const inner = path.startsWith(root) ? path.slice(root.length) : '';
      if (!/^(templates|crds)\/.*\.(ya?ml|tpl)$/.test(inner)) continue;
      for (const [, line = ''] of text.matchAll(/^[\s-]*image:[ \t]*(\S.*?)[ \t]*$/gm)) {
        const filled = fillExpression(line, { Values: values, Chart: { ...about, AppVersion: appVersion } });
        if (filled === undefined) unclear.push(`${path}: ${line}`);
        else if (/[/:]/.test(filled)) images.add(filled);
      }
    }
    for (const path of paths) for (const text of textsAt(values, path)) images.add(text);
    for (const sub of subcharts(root, about, values)) {
      visit(sub.root, isMap(values[sub.name]) ? (values[sub.name] as Json) : {}, values['global'] as Json);
    }
  }

  function subcharts(root: string, about: Json, values: Json): { root: string; name: string }[] {
    const found: { root: string; name: string }[] = [];
    const wanted = Array.isArray(about['dependencies']) ? about['dependencies'].filter(isMap) : [];
    for (const path of files.keys()) {
      const match = path.startsWith(`${root}charts/`) && /^([^/]+)\/Chart\.yaml$/.exec(path.slice(root.length + 7));
      if (!match) continue;
      const folder = `${root}charts/${match[1]}/`;
      const chart = String(mapIn(files.get(path))['name'] ?? match[1]);
      const entry = wanted.find((each) => each['name'] === chart);
      const switches = typeof entry?.['condition'] === 'string' ? entry['condition'].split(',') : [];
      const states = switches
        .map((each) => at(values, each.trim().split('.')))
        .filter((state) => typeof state === 'boolean');
      if (states[0] !== false) found.push({ root: folder, name: String(entry?.['alias'] ?? chart) });
    }
    return found;
  }
}

const mapIn = (text: string | undefined): Json => {
  const [value] = text === undefined ? [] : documentsOf(text);
  return isMap(value) ? value : {};
};

const at = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((each, key) => (isMap(each) ? each[key] : undefined), value);

const merge = (base: Json, over: Json): Json => {
  const merged = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const there = merged[key];
    merged[key] = isMap(there) && isMap(value) ? merge(there, value) : value;
  }
  return merged;
};

/** Maps with `repository` and something that makes it an image. */
function imagesOfValues(value: unknown, appVersion: string): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => imagesOfValues(each, appVersion));
  if (!isMap(value)) return [];
  const { repository, registry, tag, digest } = value;
  const below = Object.values(value).flatMap((each) => imagesOfValues(each, appVersion));
  const isImage =
    typeof repository === 'string' &&
    repository !== '' &&
    ['tag', 'digest', 'registry', 'pullPolicy'].some((key) => key in value);
  if (!isImage) return below;
  const host = typeof registry === 'string' && registry !== '' ? `${registry}/` : '';
  const sure = typeof digest === 'string' && digest.startsWith('sha256:') ? `@${digest}` : '';
  const version = String(tag || (sure ? '' : appVersion));
  return [`${host}${repository}${version ? `:${version}` : ''}${sure}`, ...below];
}
