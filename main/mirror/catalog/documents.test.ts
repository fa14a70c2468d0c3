import { describe, expect, test } from 'vitest';
import { readDocuments } from './documents.ts';

const read = (text: string) => [...readDocuments('a/catalog', Buffer.from(text))];

describe('JSON', () => {
  test('objects one behind the other, with any blanks, keep their bytes', () => {
    const first = '{ "a": "}{\\"\\\\", "b": [{}, "\\u007d"] }';
    const docs = read(`\n ${first}{"c":1}\n\n---\n{"d":[]}\n`);
    expect(docs.map(({ value }) => value)).toEqual([{ a: '}{"\\', b: [{}, '}'] }, { c: 1 }, { d: [] }]);
    expect(docs[0]?.bytes.toString()).toBe(first);
  });
  test('what is cut or broken is named with its byte', () => {
    expect(() => read('{"a":1} {"b":')).toThrow("a/catalog can't be read at byte 8: the JSON object that begins here");
    expect(() => read('{"a":1} x')).toThrow('byte 8: a JSON object is expected');
    expect(() => read('{"a":}')).toThrow(/byte 0: .*JSON/);
  });
});

describe('YAML', () => {
  test('documents parted by ---, with comments, keep their bytes', () => {
    const docs = read('# head\n---\na: 1\nb: |\n  --- inside\n--- # next\n{"c": 2}\n---\n');
    expect(docs.map(({ value }) => value)).toEqual([{ a: 1, b: '--- inside\n' }, { c: 2 }]);
    expect(docs[1]?.bytes.toString()).toBe('{"c": 2}\n');
  });
  test('what is no mapping is named', () => {
    expect(() => read('a: 1\n---\n- x\n')).toThrow('byte 9: a YAML mapping is expected');
    expect(() => read('a: [')).toThrow(/byte 0/);
  });
  test('an empty file has no documents', () => expect(read('\n')).toEqual([]));
});
