/** Text that is HTML already. Only `html` makes it, so that everything else is escaped on its way in. */
export interface Markup {
  readonly markup: string;
}
type Part = Markup | string | number | readonly Markup[];

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** For element text and quoted attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => entities[char] ?? char);

/** Tagged template: values are escaped, Markup is not. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Markup {
  return { markup: strings.reduce((text, piece, at) => text + render(parts[at - 1] ?? '') + piece) };
}

function render(part: Part): string {
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
}

/** Literal HTML of ours, never with a value in it. */
export const literal = (markup: string): Markup => ({ markup });

/** A CSS string for `content`: what could end the string or the style element is written as code points. */
export const cssString = (text: string): string =>
  `"${[...text].map((char) => (/[\w .,:;()/-]/.test(char) ? char : `\\${char.codePointAt(0)?.toString(16)} `)).join('')}"`;
