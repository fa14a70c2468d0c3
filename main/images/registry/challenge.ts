/** One way in that a server offers in WWW-Authenticate. Scheme and parameter names are lower case. */
export interface Challenge {
  scheme: string;
  parameters: Record<string, string>;
}

const token = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const quoted = /"((?:[^"\\]|\\.)*)"/y;
const unquoted = /[^\s,"]+/y;

/**
 * Reads WWW-Authenticate (RFC 9110 section 11.6.1): several challenges in one header or in several, commas inside quotes,
 * escapes. What can't be read ends the reading; what came before it counts.
 */
export function parseChallenges(header: string | string[] | undefined): Challenge[] {
  const text = Array.isArray(header) ? header.join(', ') : (header ?? '');
  const found: Challenge[] = [];
  let at = 0;
  const skip = (signs: RegExp) => {
    while (at < text.length && signs.test(text.charAt(at))) at += 1;
  };
  const take = (shape: RegExp): string | undefined => {
    shape.lastIndex = at;
    const match = shape.exec(text);
    if (!match) return undefined;
    at = shape.lastIndex;
    return match[1] ?? match[0];
  };
  while (at < text.length) {
    skip(/[\s,]/);
    const word = take(token);
    if (word === undefined) break;
    const behind = at;
    skip(/[ \t]/);
    const current = found.at(-1);
    // `name=` is a parameter of the challenge before; a word followed by anything else starts a challenge.
    if (current && text[at] === '=') {
      at += 1;
      skip(/[ \t]/);
      const value = text[at] === '"' ? take(quoted)?.replaceAll(/\\(.)/g, '$1') : take(unquoted);
      if (value === undefined) break;
      current.parameters[word.toLowerCase()] = value;
    } else {
      at = behind;
      found.push({ scheme: word.toLowerCase(), parameters: {} });
    }
  }
  return found;
}
