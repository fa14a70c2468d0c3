import { ensureRegistries } from './build.ts';
import { cacheFolder } from './programs.ts';

/** `npm run registries`: builds the registries that the tests run against, unless they are there, and says where they are. */
const { why } = ensureRegistries((line) => console.log(line), 1_800_000);
console.log(why ?? cacheFolder());
process.exitCode = why ? 1 : 0;
