/**
 * `site=north,vendor=OpenShift` as labels; a key alone means the empty value. Blank parts are skipped; a value without a key stays,
 * as the label without a name that nothing has: left away it would mean all spokes.
 */
export function parseSelector(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const part of text.split(',')) {
    const [key = '', ...value] = part.split('=');
    if (part.trim() !== '') labels[key.trim()] = value.join('=').trim();
  }
  return labels;
}

/** The text that parseSelector reads. */
export const formatSelector = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => (value === '' ? key : `${key}=${value}`))
    .join(',');
