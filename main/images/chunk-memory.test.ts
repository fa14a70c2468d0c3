import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import { freeAsSent, freeChunk, passingChunk } from './chunk-memory.ts';
import { createContentStore } from './content/content-store.ts';
import { createRegistry } from './registry/registry.ts';
import { registryAbsent, startDockerRegistry } from './testing/docker-registry.ts';
import { blobOf, opener } from './testing/sample-image.ts';

const MiB = 1_048_576;

describe('a chunk that passes through', () => {
  it('is freed when it was marked and is all there is of its memory', () => {
    const marked = passingChunk(Buffer.alloc(65_536, 7));
    freeChunk(marked);
    expect(marked.length).toBe(0);
    const kept = Buffer.alloc(65_536, 7);
    freeChunk(kept);
    const part = passingChunk(kept.subarray(0, 60_000));
    freeChunk(part);
    const small = passingChunk(Buffer.from('small'));
    freeChunk(small);
    expect([kept.length, part.length, small.toString()]).toEqual([65_536, 60_000, 'small']);
  });

  it('is freed after sending only when more than a socket keeps was handed over behind it', () => {
    const sent = freeAsSent();
    const chunks = Array.from({ length: 12 }, () => passingChunk(Buffer.alloc(65_536)));
    for (const chunk of chunks) sent(chunk);
    // The last one goes out now; four before it may still be in the socket.
    expect(chunks.map(({ length }) => length === 0)).toEqual(chunks.map((_, at) => at < 12 - 5));
  });
});

describe(`bytes through this process, with a real registry${registryAbsent}`, () => {
  it.skipIf(registryAbsent !== '')('need no collection of garbage: pull, push and copy of 64 MiB each', async () => {
    const server = await startDockerRegistry();
    const root = mkdtempSync(join(tmpdir(), 'chunk-memory-'));
    const effects = { clock: systemClock(), random: Math.random };
    const registry = createRegistry({ host: server.host, plainHttp: true }, effects);
    const store = await createContentStore({ root, clock: effects.clock });
    let collections = 0;
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { detail?: { kind?: number } })[])
        if (entry.detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR) collections += 1;
    });
    try {
      const { descriptor, bytes } = blobOf(randomBytes(64 * MiB));
      await registry.upload('a', descriptor, opener(bytes));
      observer.observe({ entryTypes: ['gc'] });
      await store.write(descriptor, (offset) => registry.blob('a', descriptor, { offset }));
      await registry.upload('b', descriptor, async (offset) => store.read(descriptor.digest, { start: offset }));
      await registry.upload('c', descriptor, async (offset) => (await registry.blob('a', descriptor, { offset })).body);
      await new Promise((resolve) => setTimeout(resolve, 50));
      // Before, each 24 MiB cost one: eight and more.
      expect(collections).toBeLessThanOrEqual(3);
      expect(await registry.hasBlob('b', descriptor.digest)).toBe(descriptor.size);
      expect(await registry.hasBlob('c', descriptor.digest)).toBe(descriptor.size);
    } finally {
      observer.disconnect();
      await store.close();
      await registry.close();
      await server.stop();
      rmSync(root, { recursive: true, force: true });
    }
  });
});
