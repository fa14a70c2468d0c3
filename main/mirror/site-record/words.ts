const shown = 5;

/** The first few of many names, and how many more there are. */
export const someOf = (names: readonly string[]): string =>
  names.slice(0, shown).join(', ') + (names.length > shown ? ` and ${names.length - shown} more` : '');
