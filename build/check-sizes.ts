import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** House rule: no file over 400 lines, the median at most 90. Prints what breaks it and ends with 1. */
const limit = 400;
const median = 90;
const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.tsx', '*.mjs', '*.css'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '')
  .map((file) => ({ file, lines: readFileSync(file, 'utf8').split('\n').length - 1 }))
  .sort((a, b) => a.lines - b.lines);
const middle = files[files.length >> 1]?.lines ?? 0;
const long = files.filter(({ lines }) => lines > limit);
for (const { file, lines } of long)
  console.error(`${file} has ${lines} lines; the limit is ${limit}: split it by noun.`);
if (middle > median) console.error(`The median file has ${middle} lines; the limit is ${median}.`);
console.log(`sizes: ${files.length} files, median ${middle} lines, longest ${files.at(-1)?.lines ?? 0}`);
process.exitCode = long.length > 0 || middle > median ? 1 : 0;
