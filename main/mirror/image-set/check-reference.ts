import { toFault } from '../../../shared/fault.ts';
import { parseReference } from '../../images/reference.ts';
import type { Reference } from '../../images/types.ts';
import type { Path, Say } from './set-text.ts';

/** Reads an image reference of a set; what is wrong with it becomes a finding. */
export function checkReference(text: string, at: Path, say: Say): Reference | undefined {
  try {
    return parseReference(text);
  } catch (error) {
    const { message, remedy } = toFault(error);
    say('error', at, message, remedy);
    return undefined;
  }
}

const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const targetForm = new RegExp(`^${component}(/${component})*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$`);

/** `path[:tag]` below the site's prefix; empty is fine. */
export function checkTarget(text: string, at: Path, say: Say): void {
  if (text === '' || targetForm.test(text)) return;
  const why = text.includes('@') ? 'A target has a tag, no digest' : `"${text}" is no path[:tag] of a registry`;
  say('error', at, `${why}.`, 'Write lower-case path components and a tag, such as team/driver:1.2.');
}
