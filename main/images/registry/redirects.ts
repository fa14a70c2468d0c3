import { fault } from '../../../shared/fault.ts';
import { type Answer, drain, type Sent } from './exchange.ts';

const most = 5;
const moved = [301, 302, 303, 307, 308];

/**
 * Goes where a registry sends a reader (blobs lie on storage servers). The Authorization header stays behind when the host,
 * the port or the scheme is another; from TLS to plain HTTP nothing is followed. Faults: registry.refused.
 */
export async function followRedirects(
  first: Answer,
  sent: Sent,
  headersFor: (url: URL) => Record<string, string>,
  send: (sent: Sent) => Promise<Answer>,
): Promise<Answer> {
  let answer = first;
  let { authorization } = sent.headers;
  for (let hops = 0; moved.includes(answer.status); hops += 1) {
    const from = answer.url;
    const text = String(answer.headers.location ?? '');
    const url = text !== '' && URL.canParse(text, from.href) ? new URL(text, from.href) : undefined;
    await drain(answer.body);
    const refuse = (why: string) =>
      fault('registry.refused', `${from.host} sends us ${why}.`, 'Tell whoever runs the registry.', { field: 'host' });
    if (!url || !/^https?:$/.test(url.protocol)) throw refuse('on without saying where to');
    if (from.protocol === 'https:' && url.protocol === 'http:') throw refuse(`from TLS to plain HTTP (${url.host})`);
    if (hops === most) throw refuse(`on more than ${most} times`);
    if (url.origin !== sent.url.origin) authorization = undefined;
    const headers = { 'user-agent': 'kmm-bastion', ...headersFor(url), ...(authorization && { authorization }) };
    answer = await send({ ...sent, url, headers });
  }
  return answer;
}
