const [bel, esc, csi, st, osc] = [0x07, 0x1b, 0x9b, 0x9c, 0x9d].map((code) => String.fromCharCode(code));
/** ANSI sequences: CSI (colours, cursor), OSC (titles, links) and two-byte escapes, in their 7-bit and 8-bit forms. */
const sequences = new RegExp(
  [
    String.raw`(?:${esc}\[|${csi})[0-?]*[ -/]*[@-~]`,
    String.raw`(?:${esc}\]|${osc})[^${bel}${esc}${st}]*(?:${bel}|${esc}\\|${st})?`,
    `${esc}[ -/]*[0-~]`,
  ].join('|'),
  'g',
);
/** What is left of C0 and C1, and marks that turn the direction of text to hide what it says. */
const controls = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** Text from a cluster as it may be shown: no terminal escapes, no control characters but `\n` and `\t`. */
export const plainText = (text: string): string =>
  text.replaceAll('\r\n', '\n').replace(sequences, '').replace(controls, '');
