/** Replaces what differs between two runs (uids, versions, times, tokens) by names in order of their appearance. */
export interface Normal {
  body(value: unknown): unknown;
  path(path: string): string;
}

const uidPattern = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
/** What scenarios themselves send as a time, to tell it from the server's. */
export const sentTime = '2001-02-03T04:05:06Z';

export function createNormal(): Normal {
  const uids = new Map<string, string>();
  const versions = new Map<string, string>();
  const counts = new Map<string, number>();
  // Named after the object they belong to, so that one difference does not shift all names after it.
  const named = (names: Map<string, string>, value: string, of: string) => {
    if (!names.has(value)) {
      const count = (counts.get(of) ?? 0) + 1;
      counts.set(of, count);
      names.set(value, `$${of}-${count}`);
    }
    return names.get(value)!;
  };
  function textOf(text: string): string {
    if (timePattern.test(text) && text !== sentTime) return '$time';
    return text
      .replaceAll(uidPattern, (uid) => (/^([0-9a-f])\1{7}/.test(uid) ? uid : named(uids, uid, 'uid')))
      .replaceAll(/(version: \d+, current:|version: 1 \(|in record \() ?\d+/g, '$1 $n')
      .replaceAll(/\bgen-[a-z0-9]{5}\b/g, 'gen-$random');
  }
  function walk(value: unknown, key: string, parent: Record<string, unknown>): unknown {
    if (typeof value === 'string') {
      if (key === 'continue') return value === '' ? '' : '$continue';
      if (key === 'resourceVersion') {
        // A list's version counts the whole server's writes, an object's its own.
        return 'name' in parent || 'uid' in parent
          ? named(versions, value, `version-${textOf(String(parent['name']))}`)
          : '$list';
      }
      if (key === 'uid' && uidPattern.test(value)) {
        uidPattern.lastIndex = 0;
        if (!/^([0-9a-f])\1{7}/.test(value)) return named(uids, value, `uid-${textOf(String(parent['name']))}`);
      }
      return textOf(value);
    }
    if (key === 'managedFields' && Array.isArray(value)) {
      // The server orders them by time in whole seconds, which no two runs share.
      const order = (one: Record<string, unknown>) =>
        [one['operation'], one['manager'], one['subresource'], one['apiVersion']].map(String).join(' ');
      const sorted = [...(value as Record<string, unknown>[])].sort((a, b) => (order(a) < order(b) ? -1 : 1));
      return sorted.map((one) => walk(one, '', {}));
    }
    if (Array.isArray(value)) return value.map((one) => walk(one, key === 'cells' ? 'cell' : '', {}));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    // Keys hold uids too: owners in managedFields. They come after what names them.
    const walked = entries.map(([name, one]) => [name, walk(one, name, value as Record<string, unknown>)] as const);
    return Object.fromEntries(walked.map(([name, one]) => [name.includes('uid') ? textOf(name) : name, one]));
  }
  return {
    body: (value) => walk(value, '', {}),
    path: (path) =>
      textOf(decodeURIComponent(path))
        .replace(/continue=[^&]+/, 'continue=$continue')
        .replace(/resourceVersion=\d{2,}/, 'resourceVersion=$given'),
  };
}
