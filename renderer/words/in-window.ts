import type { CallName } from '../../shared/contract.ts';
import { type Place, placeOf } from './places.ts';

/** A flag of the command line, with the bracket or the colon that leads to it: in the window its field is before one's eyes. */
const flags = /\s*\(`--[^`]*`\)|:? `--[^`]*`/g;
const command = /`cli ([a-z]+) ([A-Za-z]+)([^`]*)`/g;

/** A sentence of the engine in parts: the commands it names for the command line are places of the window here, in order. */
export function inWindow(text: string): (string | Place)[] {
  const plain = text.replace(flags, '');
  const parts: (string | Place)[] = [];
  let end = 0;
  for (const found of plain.matchAll(command)) {
    const [whole, room = '', act = '', rest = ''] = found;
    const id = /--id (\S+)/.exec(rest)?.[1] ?? '';
    const place = placeOf[`${room}.${act}` as CallName]?.(id);
    // What has no place in the window stays a command: better than a sentence that leads nowhere.
    if (!place) continue;
    parts.push(plain.slice(end, found.index), place);
    end = found.index + whole.length;
  }
  const last = plain.slice(end);
  parts.push(last === '' && parts.length > 0 ? '.' : last);
  return parts.filter((part) => part !== '');
}

/** "Prune… in Mirror, Store"; where only the place counts, that. */
export const placeWords = ({ act, place }: Place): string => (act === '' ? place : `${act} in ${place}`);

/** The same as plain text, where no link can be: in a tooltip, a column, a notice. */
export const inWindowText = (text: string): string =>
  inWindow(text)
    .map((part) => (typeof part === 'string' ? part : placeWords(part)))
    .join('');
