import { parseArgs } from 'node:util';
import { startConnected } from './synthetic/connected-side.ts';
import { print, untilTold } from './until-told.ts';

/** `--dir DIR [--seed N] [--port P]`: the connected side until told to end. Its first line says where everything is. */
try {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string' },
      seed: { type: 'string', default: '1' },
      port: { type: 'string', default: '0' },
    },
  });
  if (!values.dir) throw new Error('--dir is missing: where the content is written');
  const [seed, port] = [Number(values.seed), Number(values.port)];
  if (!Number.isInteger(seed)) throw new Error(`--seed must be a whole number, not "${values.seed}"`);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port is no port: "${values.port}"`);
  const { close, ...places } = await startConnected({ dir: values.dir, seed, port });
  print({ ready: true, ...places });
  await untilTold();
  await close();
  process.exit(0);
} catch (error) {
  print({ error: error instanceof Error ? error.message : String(error) });
  process.exit(2);
}
