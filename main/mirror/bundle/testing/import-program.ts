import { importBundle } from '../import.ts';
import { sampleStore } from './sample-store.ts';

/** `import-program.ts STORE FOLDER PUBLIC_KEY`: imports a bundle; made to be killed. Says when bytes begin to flow. */
const [root = '', folder = '', publicKey = ''] = process.argv.slice(2);
const store = await sampleStore(root);
let said = false;
const { state, bytesWritten } = await importBundle({
  store,
  folders: [folder],
  trusted: [{ publicKey, ours: false }],
  onProgress() {
    if (!said) process.stdout.write('begun\n');
    said = true;
  },
});
await store.close();
process.stdout.write(`done ${state} ${bytesWritten}\n`);
