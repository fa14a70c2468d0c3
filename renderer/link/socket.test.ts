import { expect, it } from 'vitest';
import type { FaultError } from '../../shared/fault.ts';
import { type SocketLike, socketLink } from './socket.ts';

/** A line that a test opens, answers and cuts by hand: no real socket breaks on command. */
function bench() {
  const lines: (SocketLike & { sent: { id: number; name: string }[] })[] = [];
  const timers: { run: () => void; ms: number }[] = [];
  const link = socketLink(
    () => {
      const sent: { id: number; name: string }[] = [];
      const line = {
        readyState: 0,
        sent,
        send: (text: string) => void sent.push(JSON.parse(text)),
        onopen: null,
        onclose: null,
        onmessage: null,
      };
      lines.push(line);
      return line;
    },
    () => 42,
    (run, ms) => void timers.push({ run, ms }),
  );
  const last = () => lines.at(-1)!;
  return {
    link,
    last,
    timers,
    open: () => {
      last().readyState = 1;
      last().onopen?.();
    },
    cut: () => {
      last().readyState = 3;
      last().onclose?.();
    },
    say: (frame: unknown) => last().onmessage?.({ data: JSON.stringify(frame) }),
  };
}
const codeOf = (promise: Promise<unknown>) => promise.catch((error: unknown) => (error as FaultError).fault.code);

it('holds the first questions until the line stands, then matches answers by id', async () => {
  const { link, last, open, say } = bench();
  const one = link.call('a', {});
  const two = link.call('b', {});
  expect(last().sent).toEqual([]);
  open();
  expect(last().sent.map(({ name }) => name)).toEqual(['a', 'b']);
  say({ id: 2, ok: 'second' });
  say({ id: 1, fault: { code: 'x.y', message: 'no', remedy: 'try' } });
  expect(await two).toBe('second');
  expect(await codeOf(one)).toBe('x.y');
});

it('refuses what waits when the line breaks, says so, and dials again more slowly', async () => {
  const { link, open, cut, timers } = bench();
  let changes = 0;
  link.watch(() => changes++);
  open();
  const waiting = link.call('a', {});
  cut();
  expect(await codeOf(waiting)).toBe('engine.away');
  expect(link.state()).toMatchObject({ up: false, since: 42 });
  expect(await codeOf(link.call('b', {}))).toBe('engine.away');
  for (let index = 0; index < 5; index++) {
    timers.at(-1)!.run();
    cut();
  }
  expect(timers.map(({ ms }) => ms)).toEqual([500, 1000, 2000, 4000, 8000, 8000]);
  timers.at(-1)!.run();
  open();
  expect(link.state().up).toBe(true);
  expect(changes).toBe(3);
});

it('passes events on until told to stop', () => {
  const { link, open, say } = bench();
  const got: string[] = [];
  const stop = link.listen((name) => got.push(name));
  open();
  say({ event: 'one', data: 1 });
  stop();
  say({ event: 'two', data: 2 });
  expect(got).toEqual(['one']);
});
