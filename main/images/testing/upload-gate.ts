import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

/** Stands before a registry of plain HTTP and can stop an upload at a given byte. */
export interface UploadGate {
  /** `127.0.0.1:port`, which is also what the registry calls itself. */
  host: string;
  /** Bytes of uploads that clients sent, manifests not counted. */
  sent(): number;
  /** Which registry stands behind from now on. */
  leadTo(host: string): void;
  /** Lets so many chunks (PATCH) through and so many bytes of the next, then nothing of it; resolves when it stands there. */
  hold(chunks: number, bytes: number): Promise<void>;
  /** Lets everything through. */
  release(): void;
  stop(): Promise<void>;
}

export async function startUploadGate(behind: string): Promise<UploadGate> {
  let target = behind;
  let sent = 0;
  let held: { chunks: number; bytes: number; reached: () => void } | undefined;

  async function pass(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const stand = asked.method === 'PATCH' && held && held.chunks-- <= 0 ? held : undefined;
    // A registry must not hear of a chunk that was never begun.
    if (stand?.bytes === 0) return stand.reached();
    const { hostname, port } = new URL(`http://${target}`);
    const { method, url: path, headers } = asked;
    const out = request({ hostname, port, method, path, headers }, (said) => {
      answer.writeHead(said.statusCode ?? 500, said.headers);
      said.pipe(answer);
    });
    const counts = path?.includes('/blobs/uploads/');
    let left = stand?.bytes ?? Number.POSITIVE_INFINITY;
    await pipeline(
      asked,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          if (counts) sent += chunk.length;
          yield chunk.subarray(0, Math.min(left, chunk.length));
          left -= Math.min(left, chunk.length);
          if (left > 0) continue;
          stand?.reached();
          await once(asked, 'close');
          throw new Error('cut');
        }
      },
      out,
    );
  }
  const server = createServer((asked, answer) => {
    pass(asked, answer).catch(() => answer.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent: () => sent,
    leadTo(host) {
      target = host;
    },
    hold: (chunks, bytes) =>
      new Promise((reached) => {
        held = { chunks, bytes, reached };
      }),
    release() {
      held = undefined;
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
