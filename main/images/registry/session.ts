import { Readable } from 'node:stream';
import { type FaultError, fault } from '../../../shared/fault.ts';
import type { RegistrySettings } from '../types.ts';
import { answerFault, readRefusal, type Topic } from './answer-fault.ts';
import type { RegistryEffects } from './effects.ts';
import { type Answer, drain } from './exchange.ts';
import { createPace, type Pace } from './pace.ts';
import { followRedirects } from './redirects.ts';
import { type Right, scopeOf, scopeSet } from './scope.ts';
import { createSignIn } from './sign-in.ts';
import { createSlots } from './slots.ts';
import { createTransport } from './transport.ts';

/** One request to a registry: what is asked, with which right, and which answers are no fault. */
interface Ask {
  method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below the registry's root, or a whole URL (uploads, pages). */
  path: string | URL;
  repository: string;
  right: Right;
  /** What it is about, for faults. */
  what: string;
  /** Statuses that are handed back; any other is a fault. */
  good: readonly number[];
  headers?: Record<string, string> | ((url: URL) => Record<string, string>);
  /** A stream is opened anew for each try. */
  body?: Buffer | (() => Promise<Readable>);
  /** Scopes besides that of `right` (mounting reads another repository). */
  scopes?: readonly string[];
  /** A blob's body is read for long: it holds a slot of its own kind until it ends. */
  download?: boolean;
  onSent?: (bytes: number) => void;
  /** Bytes the registry must take in before it answers. */
  settles?: number;
  signal?: AbortSignal | undefined;
}

/** Requests to one registry: signed in, paced, at most so many at once, with faults in words. */
export interface Session {
  readonly host: string;
  readonly origin: string;
  readonly pace: Pace;
  readonly settings: RegistrySettings;
  readonly now: () => number;
  /** One try (a 401 that can be mended does not count). The caller reads or destroys the body. */
  once(ask: Ask): Promise<Answer>;
  /** `once`, tried again while what goes wrong may pass. */
  send(ask: Ask): Promise<Answer>;
  /** Whether the registry has asked for a sign-in so far. */
  signedIn(): boolean;
  close(): Promise<void>;
}

/** Faults: registry.badCertificate, .badProxy. */
export function createSession(settings: RegistrySettings, effects: RegistryEffects): Session {
  const { host, parallel = 16 } = settings;
  const { clock } = effects;
  const transport = createTransport(settings, effects);
  const { origin } = transport;
  const pace = createPace(effects);
  // Two kinds of slots: a copy within one registry holds a download while it waits to upload, and must not wait for itself.
  const [downloads, others] = [createSlots(parallel), createSlots(parallel)];
  const signIn = createSignIn({
    origin,
    clock,
    send: transport.send,
    credential: async (repository) => settings.credential ?? (await effects.credentials?.(host, repository)),
  });

  async function unauthorized(ask: Ask, answer: Answer, header: string | undefined): Promise<FaultError> {
    const { words, codes } = await readRefusal(answer);
    const place = `${host}${ask.repository && `/${ask.repository}`}`;
    const whose = await signIn.whose(ask.repository);
    const said = words && `: ${words}`;
    const remedy = `Ask whoever runs it for the right "${ask.right}" on ${place}.`;
    if (whose !== undefined && header?.startsWith('Bearer '))
      return answerFault({ status: 403, headers: {} }, { codes, words }, topicOf(ask), clock.now());
    const extra = { field: 'credential', about: [place] };
    return whose === undefined
      ? fault(
          'registry.unauthorized',
          `${host} wants a sign-in${ask.repository && ` (right "${ask.right}" on ${ask.repository})`}, and none is known (401${said}).`,
          `Give user and password for ${host}, or sign in with "podman login ${host}".`,
          extra,
        )
      : fault(
          'registry.unauthorized',
          `${host} does not accept ${whose} (401${said}).`,
          ask.repository === '' ? 'Check user and password.' : `Check user and password. ${remedy}`,
          extra,
        );
  }

  const topicOf = ({ repository, right, what }: Ask): Topic => ({ host, repository, right, what });

  /** One try, and another when a 401 told the way in or a token ran out. */
  async function signed(ask: Ask, opened: Buffer | Readable | undefined): Promise<Answer> {
    const { repository, right, signal, method, onSent } = ask;
    const scopes = scopeSet(
      ...(repository || right === 'list' ? [scopeOf(right, repository)] : []),
      ...(ask.scopes ?? []),
    );
    const purpose = { repository, scopes, signal };
    const url = new URL(ask.path, origin);
    const headersFor = (at: URL) => (typeof ask.headers === 'function' ? ask.headers(at) : (ask.headers ?? {}));
    let body = opened;
    for (let refusals = 0; ; ) {
      const header = url.origin === origin ? await signIn.header(purpose) : undefined;
      let out = 0;
      const sent = {
        method,
        url,
        headers: { 'user-agent': 'kmm-bastion', ...headersFor(url), ...(header && { authorization: header }) },
        body,
        settles: ask.settles,
        signal,
        onSent: (bytes: number) => {
          out += bytes;
          onSent?.(bytes);
        },
      };
      const first = await transport.send(sent);
      const answer =
        method === 'GET' || method === 'HEAD' ? await followRedirects(first, sent, headersFor, transport.send) : first;
      if (answer.status !== 401 || answer.url.origin !== origin) return answer;
      if (header !== undefined) refusals += 1;
      if (refusals > 1 || !(await signIn.refused(purpose, header, answer.headers['www-authenticate'])))
        throw await unauthorized(ask, answer, header);
      await drain(answer.body);
      if (out > 0) onSent?.(-out);
      if (typeof ask.body === 'function') body = await ask.body();
    }
  }

  async function once(ask: Ask): Promise<Answer> {
    await pace.pass(ask.signal);
    // Before the slot is taken: what is sent may be a download from this same registry.
    const opened = typeof ask.body === 'function' ? await ask.body() : ask.body;
    let giveBack = () => {};
    try {
      giveBack = await (ask.download ? downloads : others).take(ask.signal);
      const answer = await signed(ask, opened);
      if (!ask.good.includes(answer.status))
        throw answerFault(answer, await readRefusal(answer), topicOf(ask), clock.now());
      // The slot is free when the body has ended, whichever way.
      if (ask.download && !answer.body.destroyed) answer.body.once('close', giveBack);
      else giveBack();
      return answer;
    } catch (error) {
      giveBack();
      if (opened instanceof Readable) opened.destroy();
      throw error;
    }
  }

  return {
    host,
    origin,
    pace,
    settings,
    now: () => clock.now(),
    once,
    send: (ask) => pace.retry(() => once(ask), ask.signal),
    signedIn: () => signIn.asked(),
    close: () => transport.close(),
  };
}
