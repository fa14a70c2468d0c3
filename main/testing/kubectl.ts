import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { KubeObject } from '../../shared/kube.ts';

const run = promisify(execFile);

/** What `kubectl get … -o json` prints of a kind, as its admin; the whole cluster for kinds in namespaces. */
export async function kubectlGet(program: string, folder: string, plural: string): Promise<KubeObject[]> {
  const { stdout } = await run(program, ['get', plural, '-A', '-o', 'json', `--kubeconfig=${join(folder, 'admin')}`], {
    maxBuffer: 256_000_000,
    env: { HOME: folder, PATH: process.env['PATH'] ?? '' },
  });
  return (JSON.parse(stdout) as { items: KubeObject[] }).items;
}
