import { expect, it } from 'vitest';
import { plainText } from './plain-text.ts';

it.each([
  ['one\r\ntwo\tthree\n', 'one\ntwo\tthree\n'],
  ['\u001b[1;31mred\u001b[0m', 'red'],
  ['\u009b2Jgone', 'gone'],
  ['\u001b]8;;https://evil.example\u001b\\link\u001b]8;;\u0007', 'link'],
  ['a\u0000\u0008\u007f\u0085b', 'ab'],
  ['user\u202e\u2066txt', 'usertxt'],
  ['\u001b(Bcharset', 'charset'],
  ['progress 10%\rprogress 20%', 'progress 10%progress 20%'],
  ['日本 é 🙂', '日本 é 🙂'],
])('%j becomes %j', (dirty, clean) => {
  expect(plainText(dirty)).toBe(clean);
});
