import { expect, test } from 'vitest';
import { createIntents } from './intents.ts';
import { openStore } from './open.ts';

test('what was begun and never ended counts as interrupted at the next start; what ended keeps its end', () => {
  const store = openStore(':memory:');
  store.db.exec(
    `insert into hub (id, name, context, server, tls, practice, source_json, created_at) values ('h', 'H', 'h', 'https://h', 'custom-ca', 0, '{}', '2026-01-01T00:00:00Z')`,
  );
  const intents = createIntents(store);
  const what = { hub: 'h', at: '2026-01-01T00:00:00Z', who: 'me', what: 'modules.apply', input: { a: 1 }, diff: '' };
  const done = intents.begin(what);
  const open = intents.begin(what);
  intents.finish(done, 'done', 'Applied.');
  expect(intents.unfinished().map(({ id }) => id)).toEqual([open]);
  createIntents(store).interruptOpen();
  const states = Object.fromEntries(intents.list('h').map(({ id, state, result }) => [id, [state, result]]));
  expect(states).toEqual({
    [done]: ['done', 'Applied.'],
    [open]: ['interrupted', 'The application ended before this did.'],
  });
  store.close();
});
