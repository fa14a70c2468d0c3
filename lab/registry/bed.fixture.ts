import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf } from './digest.ts';
import { type RegistryFront, type ServeOptions, serveRegistry } from './http/serve.ts';
import { openStorage } from './storage.ts';
import type { Descriptor, Digest } from './types.ts';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  json: unknown;
}

/** A registry on a folder of its own, spoken to as a client does. `restart` closes and opens it on the same folder. */
export async function registryBed(options: ServeOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'lab-registry-'));
  const open = async () => {
    const storage = await openStorage(folder);
    return serveRegistry(storage, storage, options);
  };
  let front: RegistryFront = await open();
  const call = callerOf(() => front.port);
  return {
    folder,
    call,
    port: () => front.port,
    async restart() {
      await front.close();
      front = await open();
    },
    /** POST + PUT. */
    async push(repository: string, bytes: Buffer): Promise<Descriptor> {
      const digest = digestOf(bytes);
      const { headers } = await call('POST', `/v2/${repository}/blobs/uploads/`);
      const done = await call('PUT', `${headers['location']}?digest=${digest}`, { body: bytes });
      if (done.status !== 201) throw new Error(`push: ${done.status} ${done.body}`);
      return { mediaType: 'application/octet-stream', digest, size: bytes.length };
    },
    async close() {
      await front.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function callerOf(port: () => number) {
  return (
    method: string,
    path: string,
    { body, headers = {} }: { body?: Buffer | string; headers?: Record<string, string> } = {},
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const outgoing = request({ host: '127.0.0.1', port: port(), method, path, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const whole = Buffer.concat(parts);
          const type = String(response.headers['content-type'] ?? '');
          const json: unknown = type.includes('json') && whole.length > 0 ? JSON.parse(whole.toString()) : undefined;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: whole, json });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
}

export const imageType = 'application/vnd.oci.image.manifest.v1+json';
export const indexType = 'application/vnd.oci.image.index.v1+json';

/** An image manifest's bytes and digest. */
export function imageOf(
  config: Descriptor,
  layers: Descriptor[],
  extra: object = {},
): { bytes: Buffer; digest: Digest } {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: imageType, config, layers, ...extra }));
  return { bytes, digest: digestOf(bytes) };
}
