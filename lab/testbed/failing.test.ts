import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../shared/kube.ts';
import { createCore } from '../apiserver/core.ts';
import { serveApi } from '../apiserver/http/serve.ts';
import { createLabClock } from '../clock.ts';
import { type Caller, createCaller } from './caller.ts';
import { loadCrds } from './crds.ts';
import { startKubeServer } from './kube-server.ts';
import { findServers } from './servers.ts';

const servers = findServers();
const noServer = servers.why ? ` (skipped: ${servers.why})` : '';
const linux = process.platform === 'linux';

let folder: string;
const temporary = process.env['TMPDIR'];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'failing-'));
  mkdirSync(join(folder, 'tmp'));
});
afterEach(() => {
  if (temporary === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = temporary;
  rmSync(folder, { recursive: true, force: true });
});

/** Processes whose command line names our folder (Linux). */
const left = (): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return line.includes(folder) ? [line] : [];
      } catch {
        // It ended while we looked.
        return [];
      }
    });

/** The servers that were found, but for `name`, which is started with a flag it does not know. */
function spoiled(name: 'etcd' | 'kube-apiserver'): { folder: string } {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const program of ['etcd', 'kube-apiserver']) {
    const real = join(servers.folder ?? '', program);
    if (program !== name) symlinkSync(real, join(bin, program));
    else {
      writeFileSync(join(bin, program), `#!/bin/sh\nexec "${real}" --no-such-flag=1 "$@"\n`);
      chmodSync(join(bin, program), 0o755);
    }
  }
  return { folder: bin };
}

describe.skipIf(servers.why)(`a real server that does not come up${noServer}`, () => {
  test.each([
    ['etcd', /etcd ended\. Its log ends:\n.*(flag provided but not defined|unknown flag).*no-such-flag/s],
    ['kube-apiserver', /kube-apiserver ended\. Its log ends:\n.*unknown flag: --no-such-flag/s],
  ] as const)(
    '%s: its own words are shown, all processes are ended, no file is left',
    async (name, words) => {
      process.env['TMPDIR'] = join(folder, 'tmp');
      await expect(startKubeServer(spoiled(name))).rejects.toThrow(words);
      expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
      if (linux) expect(left()).toEqual([]);
    },
    90_000,
  );

  test('a CRD that it refuses is named with its words', async () => {
    const server = await startKubeServer(servers);
    try {
      await refusesCrd(server.caller);
    } finally {
      await server.stop();
    }
  }, 90_000);
});

test('a CRD that the lab refuses is named with its words', async () => {
  const clock = createLabClock(1);
  const front = await serveApi(createCore({ clock }));
  front.tokens.add('t', { name: 'admin', groups: ['system:masters'] });
  const caller = createCaller({ ...front, token: 't' });
  await refusesCrd(caller);
  caller.close();
  await front.close();
  clock.stop();
});

async function refusesCrd(caller: Caller): Promise<void> {
  const definition: KubeObject = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    // The name must be <plural>.<group>.
    metadata: { name: 'gadgets.example.org' },
    spec: {
      group: 'test.example.org',
      scope: 'Namespaced',
      names: { plural: 'gadgets', singular: 'gadget', kind: 'Gadget', listKind: 'GadgetList' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    },
  };
  await expect(loadCrds(caller, [definition])).rejects.toThrow(
    /CRD gadgets\.example\.org was refused: .*must be spec\.names\.plural\+\\"\.\\"\+spec\.group/,
  );
}
