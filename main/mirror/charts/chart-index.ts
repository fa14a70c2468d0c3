import { parse } from 'yaml';
import { z } from 'zod';
import { fault } from '../../../shared/fault.ts';

const Entry = z.object({
  version: z.string(),
  urls: z.array(z.string()).default([]),
  digest: z.string().default(''),
});
type ChartEntry = z.output<typeof Entry>;

export interface ChartIndex {
  names: string[];
  /** The versions of a chart; undefined when it has none of this name. */
  entries: ChartEntry[] | undefined;
}

/** A whole index that is not laid out line by line is parsed up to this size. */
const maxParsed = 8 * 1024 * 1024;

/**
 * Reads one chart out of a repository's index.yaml. Large repositories have indexes of tens of MB, whose whole YAML tree would not fit
 * into memory: as helm writes one chart's entries as one block of lines, only that block is parsed. Faults: chart.index.
 */
export function readChartIndex(text: string, name: string, place: string): ChartIndex {
  const bad = (why: string) =>
    fault('chart.index', `${place} is no chart index: ${why}.`, 'Name a Helm repository.', { field: 'charts' });
  const read = <T extends z.ZodType>(schema: T, yaml: string): z.output<T> => {
    try {
      // Every scalar is a text: a version 1.10 must not become the number 1.1.
      const parsed = schema.safeParse(parse(yaml, { logLevel: 'error', schema: 'failsafe', maxAliasCount: 50 }));
      if (parsed.success) return parsed.data;
      throw new Error(`${parsed.error.issues[0]?.path.join('.') || 'entries'} is not as it should be`);
    } catch (error) {
      throw bad((error as Error).message.split('\n')[0] ?? 'it is no YAML');
    }
  };
  const blocks = blocksOf(text);
  if (blocks) {
    const block = blocks.get(name);
    const entries = block === undefined ? undefined : read(z.record(z.string(), z.array(Entry)), block)[name];
    return { names: [...blocks.keys()], entries };
  }
  if (text.length > maxParsed) throw bad(`it is not laid out as helm does and has ${text.length} bytes`);
  const { entries } = read(z.object({ entries: z.record(z.string(), z.array(Entry)) }), text);
  return { names: Object.keys(entries), entries: entries[name] };
}

/** The lines of each chart below `entries:`; undefined when the text is laid out otherwise. */
function blocksOf(text: string): Map<string, string> | undefined {
  const start = /^entries:[ \t]*\r?\n/m.exec(text);
  if (!start) return undefined;
  const from = start.index + start[0].length;
  const indent = /^( +)["']?[A-Za-z0-9][\w.-]*["']?:/.exec(text.slice(from, from + 1000))?.[1];
  if (!indent) return undefined;
  const end = /^[^\s#-]/gm;
  end.lastIndex = from;
  const to = end.exec(text)?.index ?? text.length;
  const blocks = new Map<string, string>();
  const key = new RegExp(`^${indent}["']?([A-Za-z0-9][\\w.-]*)["']?:`, 'gm');
  key.lastIndex = from;
  let last: { name: string; at: number } | undefined;
  for (let match = key.exec(text); match && match.index < to; match = key.exec(text)) {
    if (last) blocks.set(last.name, text.slice(last.at, match.index));
    last = { name: match[1] ?? '', at: match.index };
  }
  if (last) blocks.set(last.name, text.slice(last.at, to));
  return blocks;
}
