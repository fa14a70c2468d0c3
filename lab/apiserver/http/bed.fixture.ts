import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ocmHubKinds } from '../../schemas/ocm.ts';
import { type Core, createCore } from '../core.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { createLogins, type Logins } from './logins.ts';
import { type ApiFront, type ServeOptions, serveApi } from './serve.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** The body as JSON. */
  json: Record<string, never> & { [field: string]: unknown };
}

/** A served core with identities, kubeconfig files and a bare HTTPS client; closed by `close`. */
export interface Bed {
  core: Core;
  front: ApiFront;
  logins: Logins;
  /** Folder with `admin` and `reader`, two kubeconfigs. */
  folder: string;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Lines of a watch until `count` came. */
  lines(path: string, count: number): Promise<{ type: string; object: Record<string, never> }[]>;
  close(): Promise<void>;
}

interface CallOptions {
  body?: unknown;
  type?: string;
  accept?: string;
  token?: string;
  headers?: Record<string, string>;
}

/** Virtual time that a test may set. */
export interface SetClock {
  now(): number;
  at: number;
}

export async function createBed(options: ServeOptions & { clock?: SetClock } = {}): Promise<Bed> {
  const clock = options.clock ?? { now: () => Date.now(), at: 0 };
  const core = createCore({ clock });
  core.serve(ocmHubKinds);
  const front = await serveApi(core, options);
  const logins = await createLogins(core, front);
  const folder = mkdtempSync(join(tmpdir(), 'lab-api-'));
  await writeKubeconfig(join(folder, 'admin'), front, logins.admin);
  await writeKubeconfig(join(folder, 'reader'), front, logins.reader);
  const open = (method: string, path: string, { body, type, accept, token, headers }: CallOptions = {}) => {
    const sent = request(`${front.url}${path}`, {
      method,
      ca: front.caPem,
      headers: {
        Authorization: `Bearer ${token ?? logins.engineer.token}`,
        'User-Agent': 'test/1.0',
        Accept: accept ?? 'application/json',
        ...(body !== undefined && { 'Content-Type': type ?? 'application/json' }),
        ...headers,
      },
    });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
    return sent;
  };
  return {
    core,
    front,
    logins,
    folder,
    call: (method, path, how) =>
      new Promise((resolve, reject) => {
        const sent = open(method, path, how);
        sent.once('error', reject);
        sent.once('response', (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('end', () => {
            const body = Buffer.concat(chunks).toString('utf8');
            const { statusCode = 0, headers } = response;
            resolve({
              status: statusCode,
              headers,
              body,
              get json() {
                return JSON.parse(body) as Answer['json'];
              },
            });
          });
          response.once('error', reject);
        });
      }),
    lines: (path, count) =>
      new Promise((resolve, reject) => {
        const sent = open('GET', path);
        sent.once('error', reject);
        sent.once('response', (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => {
            text += chunk.toString('utf8');
            const lines = text.split('\n').slice(0, -1);
            if (lines.length < count) return;
            sent.off('error', reject).on('error', () => {});
            sent.destroy();
            resolve(lines.slice(0, count).map((line) => JSON.parse(line)));
          });
          response.once('end', () => reject(new Error(`the watch ended after: ${text}`)));
          response.once('error', () => {});
        });
      }),
    async close() {
      await front.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
