import type { IncomingMessage } from 'node:http';
import { parse } from 'yaml';
import { ApiError } from '../../api.ts';
import { badRequest } from '../errors.ts';
import { fromProtobuf } from './protobuf.ts';

/** The real server's limit for a request body, bytes, and etcd's for what is stored. */
const requestLimit = 3_145_728;
const storeLimit = 1_572_864;

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > requestLimit) {
      throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${requestLimit}`);
    }
    chunks.push(chunk as Buffer);
  }
  if (size > storeLimit) throw new ApiError(500, '', 'etcdserver: request is too large');
  return Buffer.concat(chunks);
}

const unsupported = () =>
  new ApiError(
    415,
    'UnsupportedMediaType',
    'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  );

/** The body as JSON or, where the content type says so, YAML; undefined when empty. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const type = String(request.headers['content-type'] ?? '');
  const bytes = await readBytes(request);
  if (type.includes('protobuf')) {
    if (bytes.length === 0) return undefined;
    const object = fromProtobuf(bytes);
    if (!object) throw unsupported();
    return object;
  }
  if (type.includes('cbor')) throw unsupported();
  if (bytes.length > 0 && type !== '' && !/json|yaml|apply-patch/.test(type)) throw unsupported();
  const text = bytes.toString('utf8');
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!type.includes('yaml')) throw badRequest(`invalid character in the body: ${(error as Error).message}`);
  }
  try {
    return parse(text);
  } catch (error) {
    throw badRequest(`error decoding YAML: ${(error as Error).message}`);
  }
}
