import { join } from 'node:path';
import { serveWeb } from '../../main/hosts/web.ts';
import { fullScript } from './script.ts';
import { scriptedTransport } from './transport.ts';

/** Shows the built window over scripted answers, to look at: `node e2e/scripted/serve.ts [folder]` prints the address. */
const root = process.argv[2] ?? join(import.meta.dirname, '../../out/renderer');
const host = await serveWeb(scriptedTransport(fullScript()), root);
console.log(host.url);
