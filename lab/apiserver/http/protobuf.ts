import { isRecord } from '../same.ts';
import { envelope, type Field, type Message, messages } from './protobuf-messages.ts';

/** A field as it stands on the wire: a varint, or bytes. */
type Raw = bigint | Buffer;

function varint(bytes: Buffer, from: number): { value: bigint; next: number } {
  let value = 0n;
  let shift = 0n;
  let at = from;
  for (;;) {
    const byte = bytes[at];
    if (byte === undefined) throw new Error('a protobuf varint runs past the end');
    at += 1;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return { value, next: at };
    shift += 7n;
  }
}

function* fieldsOf(bytes: Buffer): Generator<{ number: number; raw: Raw }> {
  let at = 0;
  while (at < bytes.length) {
    const tag = varint(bytes, at);
    at = tag.next;
    const number = Number(tag.value >> 3n);
    const type = Number(tag.value & 7n);
    if (type === 0) {
      const { value, next } = varint(bytes, at);
      at = next;
      yield { number, raw: value };
      continue;
    }
    const length = type === 2 ? varint(bytes, at) : { value: type === 1 ? 8n : 4n, next: at };
    if (type !== 2 && type !== 1 && type !== 5) throw new Error(`protobuf wire type ${type} is not known`);
    at = length.next + Number(length.value);
    if (at > bytes.length) throw new Error('a protobuf field runs past the end');
    yield { number, raw: bytes.subarray(length.next, at) };
  }
}

const whole = (raw: Raw) => Number(BigInt.asIntN(64, raw as bigint));

function entryOf(raw: Buffer, value: Field['type']): [string, unknown] {
  const entry = decode(raw, { 1: { name: 'key', type: 'string' }, 2: { name: 'value', type: value } });
  return [String(entry['key'] ?? ''), entry['value'] ?? ''];
}

function readValue(raw: Raw, type: Field['type']): unknown {
  if (isRecord(type)) return decode(raw as Buffer, type as Message);
  if (type === 'int') return whole(raw);
  if (type === 'bool') return raw !== 0n;
  if (type === 'bytes') return (raw as Buffer).toString('base64');
  if (type === 'time') {
    const { seconds = 0 } = decode(raw as Buffer, { 1: { name: 'seconds', type: 'int' } }) as { seconds?: number };
    return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
  }
  return (raw as Buffer).toString('utf8');
}

/** Go writes zero values of plain fields too; JSON leaves them out. */
const zero = (value: unknown) => value === '' || (isRecord(value) && Object.keys(value).length === 0);

function decode(bytes: Buffer, message: Message): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const { number, raw } of fieldsOf(bytes)) {
    const field = message[number];
    if (!field) continue;
    if (field.map) {
      const [key, value] = entryOf(raw as Buffer, field.type);
      object[field.name] = { ...(object[field.name] as object | undefined), [key]: value };
    } else if (field.list) {
      object[field.name] = [...((object[field.name] as unknown[] | undefined) ?? []), readValue(raw, field.type)];
    } else if (field.type === 'time' && (raw as Buffer).length === 0) continue;
    else {
      const value = readValue(raw, field.type);
      if (!zero(value) || field.keep) object[field.name] = value;
    }
  }
  return object;
}

/**
 * Reads `application/vnd.kubernetes.protobuf` (the magic `k8s\0`, then runtime.Unknown) as the JSON object it stands
 * for; undefined for kinds whose messages are not known here. kubectl sends some commands in this form only.
 */
export function fromProtobuf(body: Buffer): Record<string, unknown> | undefined {
  if (body.subarray(0, 4).toString('latin1') !== 'k8s\0') throw new Error('the body does not begin with k8s\\0');
  const unknown = decode(body.subarray(4), envelope) as {
    type?: { apiVersion?: string; kind?: string };
    raw?: string;
  };
  const { apiVersion = '', kind = '' } = unknown.type ?? {};
  const message = messages[kind];
  if (!message) return undefined;
  return { apiVersion, kind, ...decode(Buffer.from(unknown.raw ?? '', 'base64'), message) };
}
