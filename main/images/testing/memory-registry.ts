import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { digestOf, isDigest, matches } from '../digest.ts';
import { readManifest } from '../manifest.ts';
import { ociIndex } from '../media-types.ts';
import type { Descriptor, Digest } from '../types.ts';

export interface Asked {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Answered {
  status: number;
  headers?: Record<string, string>;
  body?: Buffer | string;
}

/** What real registries differ in. */
export interface Habits {
  /** Serves /referrers/ and answers OCI-Subject; off by default. */
  referrersApi?: boolean;
  /** Takes an index whose children are absent; off by default. */
  sparse?: boolean;
  sha512?: boolean;
  /** OCI-Chunk-Min-Length. */
  chunkMinimum?: number;
  /** How an upload's Location is written; `query` carries an opaque query. Default `relative`. */
  location?: 'relative' | 'absolute' | 'query';
  /** Entries of one page of tags, repositories and referrers. */
  pageSize?: number;
  /** No Docker-Content-Digest headers. */
  silentDigests?: boolean;
}

/** The content of a registry kept in memory, open to tests. */
export interface Content {
  blobs: Map<string, Buffer>;
  /** By `repository name`, the name being a tag or a digest. */
  manifests: Map<string, { bytes: Buffer; type: string }>;
  uploads: Map<string, Buffer>;
}

const error = (status: number, code: string, message = code.toLowerCase()): Answered => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ errors: [{ code, message }] }),
});
const json = (value: object, type = 'application/json', headers = {}): Answered => ({
  status: 200,
  headers: { 'content-type': type, ...headers },
  body: JSON.stringify(value),
});

/** A registry as the distribution-spec has it, in memory: the honest part of the faulty one. */
export function createMemoryRegistry(
  habits: Habits,
  origin: () => string,
): { content: Content; answer(asked: Asked): Answered } {
  const content: Content = { blobs: new Map(), manifests: new Map(), uploads: new Map() };
  const { blobs, manifests, uploads } = content;
  const named = (digest: string): Record<string, string> =>
    habits.silentDigests ? {} : { 'docker-content-digest': digest };

  function paged<T>(all: T[], url: URL): { page: T[]; headers: Record<string, string> } {
    const [size, at] = [habits.pageSize ?? 1_000, Number(url.searchParams.get('last') ?? 0)];
    const next = at + size < all.length ? `<${url.pathname}?n=${size}&last=${at + size}>; rel="next"` : '';
    return { page: all.slice(at, at + size), headers: next ? { link: next } : {} };
  }

  function blob({ method, headers }: Asked, repository: string, digest: string): Answered {
    const bytes = blobs.get(`${repository} ${digest}`);
    if (!bytes) return error(404, 'BLOB_UNKNOWN');
    if (method === 'DELETE') {
      blobs.delete(`${repository} ${digest}`);
      return { status: 202 };
    }
    const common = { 'content-type': 'application/octet-stream', etag: `"${digest}"`, ...named(digest) };
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? Number.NaN);
    const fresh = headers['if-range'] === undefined || headers['if-range'] === common.etag;
    if (Number.isNaN(from) || !fresh) return { status: 200, headers: common, body: bytes };
    if (from >= bytes.length) return error(416, 'RANGE_INVALID');
    const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    return { status: 206, headers: { ...common, 'content-range': range }, body: bytes.subarray(from) };
  }

  function locationOf(repository: string, id: string): string {
    const path = `/v2/${repository}/blobs/uploads/${id}`;
    if (habits.location === 'query') return `${path}?_state=a%2Bb%3D&x=1+2`;
    return habits.location === 'absolute' ? `${origin()}${path}` : path;
  }

  function close(repository: string, digest: string, bytes: Buffer): Answered {
    if (!isDigest(digest) || (digest.startsWith('sha512:') && !habits.sha512) || !matches(bytes, digest))
      return error(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
    blobs.set(`${repository} ${digest}`, bytes);
    return { status: 201, headers: { location: `/v2/${repository}/blobs/${digest}`, ...named(digest) } };
  }

  function upload({ method, url, headers, body }: Asked, repository: string, id: string): Answered {
    if (method === 'POST') {
      const [mount, from] = [url.searchParams.get('mount'), url.searchParams.get('from')];
      const bytes = mount && from ? blobs.get(`${from} ${mount}`) : undefined;
      if (bytes && mount) return close(repository, mount, bytes);
      const fresh = randomUUID();
      uploads.set(fresh, Buffer.alloc(0));
      const minimum = habits.chunkMinimum ? { 'oci-chunk-min-length': String(habits.chunkMinimum) } : {};
      return { status: 202, headers: { location: locationOf(repository, fresh), ...minimum } };
    }
    const before = uploads.get(id);
    if (!before || (habits.location === 'query' && url.searchParams.get('_state') !== 'a+b='))
      return error(404, 'BLOB_UPLOAD_UNKNOWN');
    const range = (bytes: Buffer) => ({
      location: locationOf(repository, id),
      range: `0-${Math.max(0, bytes.length - 1)}`,
    });
    if (method === 'GET') return { status: 204, headers: range(before) };
    if (method === 'DELETE') {
      uploads.delete(id);
      return { status: 204 };
    }
    const start = /^(\d+)-\d+$/.exec(String(headers['content-range'] ?? ''))?.[1];
    if (start !== undefined && Number(start) !== before.length) return error(416, 'BLOB_UPLOAD_INVALID');
    const all = Buffer.concat([before, body]);
    if (method === 'PATCH') {
      uploads.set(id, all);
      return { status: 202, headers: range(all) };
    }
    uploads.delete(id);
    return close(repository, url.searchParams.get('digest') ?? '', all);
  }

  function putManifest({ headers, body }: Asked, repository: string, name: string): Answered {
    const type = String(headers['content-type'] ?? '');
    if (isDigest(name) && !matches(body, name)) return error(400, 'DIGEST_INVALID');
    const { children, config, layers, subject } = readManifest({ bytes: body, mediaType: type });
    const absent = (known: Map<string, unknown>) => (one: Descriptor) => !known.has(`${repository} ${one.digest}`);
    if (!habits.sparse && children.some(absent(manifests))) return error(400, 'MANIFEST_BLOB_UNKNOWN');
    if ([config, ...layers].some((one) => one && absent(blobs)(one))) return error(400, 'MANIFEST_BLOB_UNKNOWN');
    const digest = digestFor(body, name);
    for (const key of [name, digest]) manifests.set(`${repository} ${key}`, { bytes: body, type });
    const noted = habits.referrersApi && subject ? { 'oci-subject': subject.digest } : {};
    return { status: 201, headers: { location: `/v2/${repository}/manifests/${digest}`, ...named(digest), ...noted } };
  }

  function manifest(asked: Asked, repository: string, name: string): Answered {
    if (asked.method === 'PUT') return putManifest(asked, repository, name);
    const found = manifests.get(`${repository} ${name}`);
    if (!found) return error(404, 'MANIFEST_UNKNOWN');
    if (asked.method === 'DELETE') {
      for (const [key, { bytes }] of manifests)
        if (key.startsWith(`${repository} `) && bytes.equals(found.bytes)) manifests.delete(key);
      return { status: 202 };
    }
    return {
      status: 200,
      headers: { 'content-type': found.type, ...named(digestFor(found.bytes, name)) },
      body: found.bytes,
    };
  }

  function referrers({ url }: Asked, repository: string, digest: string): Answered {
    const all = [...manifests].filter(
      ([key]) => key.startsWith(`${repository} sha`) && isDigest(key.split(' ')[1] ?? ''),
    );
    const found = all.flatMap(([key, { bytes, type }]) => {
      const { subject, artifactType } = readManifest({ bytes, mediaType: type });
      const entry = { mediaType: type, digest: key.split(' ')[1] as Digest, size: bytes.length, artifactType };
      return subject?.digest === digest ? [entry] : [];
    });
    const { page, headers } = paged(found, url);
    return json({ schemaVersion: 2, mediaType: ociIndex, manifests: page }, ociIndex, headers);
  }

  return {
    content,
    answer(asked) {
      const { pathname } = asked.url;
      if (pathname === '/v2/') return json({});
      if (pathname === '/v2/_catalog') {
        const { page, headers } = paged(
          [...new Set([...manifests.keys()].map((key) => key.split(' ')[0]))].sort(),
          asked.url,
        );
        return json({ repositories: page }, undefined, headers);
      }
      const [, repository = '', kind = '', name = ''] =
        /^\/v2\/(.+?)\/(blobs\/uploads|blobs|manifests|tags|referrers)\/([^/]*)$/.exec(pathname) ?? [];
      if (kind === 'blobs/uploads') return upload(asked, repository, name);
      if (kind === 'blobs') return blob(asked, repository, name);
      if (kind === 'manifests') return manifest(asked, repository, name);
      if (kind === 'referrers' && habits.referrersApi) return referrers(asked, repository, name);
      if (kind === 'tags') {
        const names = [...manifests.keys()]
          .filter((key) => key.startsWith(`${repository} `))
          .map((key) => key.split(' ')[1] ?? '');
        const { page, headers } = paged(names.filter((one) => !isDigest(one)).sort(), asked.url);
        return names.length > 0
          ? json({ name: repository, tags: page }, undefined, headers)
          : error(404, 'NAME_UNKNOWN');
      }
      return { status: 404, body: '404 page not found' };
    },
  };
}

function digestFor(bytes: Buffer, name: string): Digest {
  return isDigest(name) ? name : digestOf(bytes);
}
