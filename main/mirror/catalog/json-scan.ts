/** Where a JSON value stands in its bytes: from `start` up to, without, `end`. */
export interface Range {
  start: number;
  end: number;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const [brace, braceEnd, bracket, bracketEnd] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Index of the first byte at or behind `start` that is no blank. */
export function skipBlanks(bytes: Buffer, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at]! <= 0x20) at += 1;
  return at;
}

/** End of the value that begins at `start`; -1 when it has none. Strings and brackets are followed, nothing else is checked. */
export function endOfValue(bytes: Buffer, start: number): number {
  const first = bytes[start];
  if (first === quote) return endOfString(bytes, start);
  if (first !== brace && first !== bracket) {
    let at = start;
    while (at < bytes.length && !isEnd(bytes[at]!)) at += 1;
    return at > start ? at : -1;
  }
  let depth = 0;
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === quote) {
      at = endOfString(bytes, at) - 1;
      if (at < 0) return -1;
    } else if (byte === brace || byte === bracket) {
      depth += 1;
    } else if (byte === braceEnd || byte === bracketEnd) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

const isEnd = (byte: number): boolean =>
  byte === comma || byte === braceEnd || byte === bracketEnd || byte === colon || byte <= 0x20;

function endOfString(bytes: Buffer, start: number): number {
  for (let at = start + 1; at < bytes.length; at += 1) {
    if (bytes[at] === backslash) at += 1;
    else if (bytes[at] === quote) return at + 1;
  }
  return -1;
}

/** Parses one value. Throws a SyntaxError. */
export const parseRange = (bytes: Buffer, { start, end }: Range): unknown =>
  JSON.parse(bytes.toString('utf8', start, end));

/** The members of the object that begins at `start`: the last of a name counts. Throws a SyntaxError where it is none. */
export function membersOf(bytes: Buffer, start: number): Map<string, Range> {
  const members = new Map<string, Range>();
  for (const at of items(bytes, start, brace, braceEnd)) {
    if (bytes[at] !== quote) throw new SyntaxError(`a name is expected at byte ${at}`);
    const keyEnd = need(endOfString(bytes, at), at);
    const key = parseRange(bytes, { start: at, end: keyEnd }) as string;
    const mark = skipBlanks(bytes, keyEnd);
    if (bytes[mark] !== colon) throw new SyntaxError(`a colon is expected at byte ${mark}`);
    const value = skipBlanks(bytes, mark + 1);
    members.set(key, { start: value, end: need(endOfValue(bytes, value), value) });
  }
  return members;
}

/** The elements of the array that begins at `start`. Throws a SyntaxError where it is none. */
export function elementsOf(bytes: Buffer, start: number): Range[] {
  return [...items(bytes, start, bracket, bracketEnd)].map((at) => ({
    start: at,
    end: need(endOfValue(bytes, at), at),
  }));
}

const need = (end: number, start: number): number => {
  if (end < 0) throw new SyntaxError(`the value at byte ${start} has no end`);
  return end;
};

/** Where each item of an object (its name) or array begins. */
function* items(bytes: Buffer, start: number, opens: number, closes: number): Generator<number> {
  if (bytes[start] !== opens) throw new SyntaxError(`${String.fromCharCode(opens)} is expected at byte ${start}`);
  let at = skipBlanks(bytes, start + 1);
  while (bytes[at] !== closes) {
    yield at;
    let end = need(endOfValue(bytes, at), at);
    let next = skipBlanks(bytes, end);
    if (opens === brace && bytes[next] === colon) {
      const value = skipBlanks(bytes, next + 1);
      end = need(endOfValue(bytes, value), value);
      next = skipBlanks(bytes, end);
    }
    if (bytes[next] === comma) next = skipBlanks(bytes, next + 1);
    else if (bytes[next] !== closes) throw new SyntaxError(`a comma is expected at byte ${next}`);
    at = next;
  }
}
