import { readFileSync } from 'node:fs';
import { exportBundle } from '../export.ts';
import { signingKeyOf } from '../keys.ts';
import { sampleStore } from './sample-store.ts';

/** `export-program.ts STORE TARGET PEM SEGMENT_BYTES`: exports all of a store; made to be killed. Says when bytes begin to flow. */
const [root = '', target = '', pem = '', segmentBytes = ''] = process.argv.slice(2);
const store = await sampleStore(root);
let said = false;
const { toc } = await exportBundle({
  store,
  folders: [target],
  roots: store.roots(),
  madeAt: '2026-11-22T22:00:00Z',
  madeBy: 'office',
  key: signingKeyOf(readFileSync(pem, 'utf8')),
  segmentBytes: Number(segmentBytes),
  onProgress() {
    if (!said) process.stdout.write('begun\n');
    said = true;
  },
});
await store.close();
process.stdout.write(`done ${toc.id}\n`);
