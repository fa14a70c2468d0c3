/** Terminal escapes in names or messages from a cluster (CVE-2021-25743) are replaced, never printed. */
export function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

/** Text of several lines, each one cleaned. */
export const cleanLines = (text: string): string => text.split('\n').map(clean).join('\n');
