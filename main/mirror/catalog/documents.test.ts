import { describe, expect, test } from 'vitest';
import { readDocuments } from './documents.ts';

const read = (text: string) =>
  [...readDocuments('a/catalog', Buffer.from(text))].map((document) => ({ ...document, value: document.value() }));

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
    expect(() => read('{"a":}')).toThrow('byte 0: the value at byte 5 has no end');
    expect(() => read('{"a":1 "b":2}')).toThrow('a comma is expected at byte 7');
    expect(() => read('{"a":nul}')).toThrow(/byte 0: .*JSON/);
  });
});

test.each([
  [
    'JSON',
    '{ "a" : [1, {"b": "]"}], "name":"n\\u0041", "properties": [{"type":"x","value":{"y":[1]}}, {"value":7,"type":"z"}] , "last":-1.5e3}',
  ],
  ['YAML', 'a: [1, {b: "]"}]\nname: nA\nproperties: [{type: x, value: {y: [1]}}, {type: z, value: 7}]\nlast: -1.5e3'],
])('members and properties of %s, without the rest', (_, text) => {
  const [document] = readDocuments('f', Buffer.from(text));
  const names = ['a', 'name', 'last', 'missing'];
  expect(names.map((name) => document?.member(name))).toEqual([[1, { b: ']' }], 'nA', -1500, undefined]);
  expect(document?.properties(new Set(['x', 'q']))).toEqual([{ type: 'x', value: { y: [1] } }]);
});

test('a byte order mark, no properties, or null for them', () => {
  const documents = [...readDocuments('f', Buffer.from('\ufeff{"a":1}{"properties":null}'))];
  expect(documents.map((document) => document.properties(new Set(['x'])))).toEqual([[], []]);
  expect([...readDocuments('f', Buffer.from('\ufeffa: 1'))].map((document) => document.member('a'))).toEqual([1]);
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
