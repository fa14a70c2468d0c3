import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { KubeObject } from '../../shared/kube.ts';
import type { Caller } from './caller.ts';

/** The upstream CRDs, where this machine has them: a folder beside the checkout, one subfolder for each project. */
const upstream = join(import.meta.dirname, '../../../shared/data/crds');
export const haveUpstreamCrds: boolean = existsSync(upstream);

/** The definitions in subfolders of the upstream CRDs, such as `ocm` or `kmm-hub`; all of the top level when none is named. */
export function upstreamCrds(...names: string[]): KubeObject[] {
  const all = readdirSync(upstream, { withFileTypes: true });
  const folders = names.length > 0 ? names : all.filter((one) => one.isDirectory()).map(({ name }) => name);
  return folders.flatMap((folder) =>
    readdirSync(join(upstream, folder))
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => parse(readFileSync(join(upstream, folder, file), 'utf8')) as KubeObject),
  );
}

interface Condition {
  type: string;
  status: string;
}

/** Applies the definitions (server-side) and waits until all are Established. Throws an Error with the server's words. */
export async function loadCrds(caller: Caller, definitions: readonly KubeObject[]): Promise<void> {
  const base = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const waiting = new Set<string>();
  for (const body of definitions) {
    const path = `${base}/${body.metadata.name}`;
    const options = { body, type: 'application/apply-patch+yaml' };
    const answer = await caller.call('PATCH', `${path}?fieldManager=testbed&force=true`, options);
    if (answer.status >= 300) throw new Error(`CRD ${body.metadata.name} was refused: ${answer.body}`);
    waiting.add(path);
  }
  for (let tries = 0; waiting.size > 0; tries += 1) {
    if (tries > 300) throw new Error(`not established after 30 s: ${[...waiting].join(', ')}`);
    for (const path of waiting) {
      const { json } = await caller.call('GET', path);
      // Just after its creation a definition has `conditions: null`.
      const { conditions } = (json as { status?: { conditions?: Condition[] | null } }).status ?? {};
      const is = (type: string) => conditions?.some((one) => one.type === type && one.status === 'True');
      if (is('NonStructuralSchema')) throw new Error(`${path} has a schema that is not structural`);
      if (is('Established')) waiting.delete(path);
    }
    if (waiting.size > 0) await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
