import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Transport } from '../../shared/contract.ts';
import { fault } from '../../shared/fault.ts';
import type { Command } from './cli-args.ts';
import { windowFolder } from './home.ts';
import { serveWeb } from './web.ts';

/** `cli serve [--port N]`: the window in a browser until interrupted. Faults: web.notBuilt, web.portTaken, input.invalid. */
export async function serve(transport: Transport, command: Command, say: (line: string) => void): Promise<number> {
  const port = Number(command.flags.find(([flag]) => flag === 'port')?.[1] ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw fault('input.invalid', '--port must be a number from 0 to 65535.', 'Leave it out for a free port.', {
      field: '--port',
    });
  }
  const root = windowFolder();
  if (!existsSync(join(root, 'index.html'))) {
    throw fault(
      'web.notBuilt',
      'The window is not built.',
      'Run `npm run serve`, which builds it, or `npm run build`.',
    );
  }
  const web = await serveWeb(transport, root, { port });
  if (command.json) process.stdout.write(`${JSON.stringify({ url: web.url, port: web.port })}\n`);
  else {
    process.stdout.write(`${web.url}\n`);
    say('The address works once; for another browser press Enter. From another machine:');
    say(
      `  ssh -L ${web.port}:127.0.0.1:${web.port} ${process.env['HOSTNAME'] ?? 'bastion'}   and open the address there.`,
    );
    say('Ctrl+C ends the service.');
  }
  if (process.stdin.isTTY) process.stdin.on('data', () => process.stdout.write(`${web.invite()}\n`));
  await new Promise(() => {
    // Until SIGINT or SIGTERM, which close the engine. The timer keeps the process alive without a terminal.
    setInterval(() => {}, 1 << 30);
  });
  return 0;
}
