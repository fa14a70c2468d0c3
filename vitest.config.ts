import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{shared,main,lab,renderer,bench,build}/**/*.test.{ts,tsx}'],
    // Servers, SQLite and child processes: a file gets a process of its own, two at a time.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default'],
  },
});
