import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import type { KubeconfigSource } from '../../shared/contract/hubs.ts';
import { fault } from '../../shared/fault.ts';
import { parseKubeconfig } from './kubeconfig-parse.ts';
import type { ClusterEntry, ContextEntry, KubeconfigText, UserEntry } from './kubeconfig-shape.ts';

/** An entry and where it was written; `dir` is undefined for pasted text. Relative paths in it start at `dir`. */
export interface Written<T> {
  value: T;
  file: string;
  dir: string | undefined;
}

/** All files of a source joined; a name belongs to the first file that has it. */
export interface Kubeconfig {
  current: string | undefined;
  clusters: Map<string, Written<ClusterEntry>>;
  users: Map<string, Written<UserEntry>>;
  contexts: Map<string, Written<ContextEntry>>;
  warnings: string[];
}

const pasted = 'the pasted kubeconfig';

function sourcePaths(source: KubeconfigSource, env: NodeJS.ProcessEnv): string[] {
  if (source.paths?.length) return source.paths;
  if (source.text !== undefined) return [];
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  return listed.length > 0 ? listed : [join(homedir(), '.kube', 'config')];
}

const why = (error: unknown) => {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not read it';
  if (code === 'EISDIR') return 'it is a folder';
  return error instanceof Error ? error.message : String(error);
};

function add<T>(
  into: Map<string, Written<T>>,
  name: string,
  entry: Written<T>,
  what: string,
  warnings: string[],
): void {
  const before = into.get(name);
  if (!before) into.set(name, entry);
  // The same name in another file is how KUBECONFIG lists are meant; twice in one file is a slip.
  else if (before.file === entry.file) warnings.push(`${entry.file} has ${what} "${name}" twice: the first is used.`);
}

function merge(config: Kubeconfig, text: KubeconfigText, file: string, dir: string | undefined): void {
  const { warnings } = config;
  config.current ??= text['current-context'] || undefined;
  for (const { name, cluster } of text.clusters ?? [])
    add(config.clusters, name, { value: cluster ?? {}, file, dir }, 'cluster', warnings);
  for (const { name, user } of text.users ?? [])
    add(config.users, name, { value: user ?? {}, file, dir }, 'user', warnings);
  for (const { name, context } of text.contexts ?? [])
    add(config.contexts, name, { value: context ?? {}, file, dir }, 'context', warnings);
}

/**
 * Reads and joins kubeconfigs as kubectl does with a KUBECONFIG list: the first file to name something wins, and a
 * missing file among several is only a warning. Without paths and text: $KUBECONFIG, else ~/.kube/config.
 * Faults: kubeconfig.unreadable, .notYaml, .invalid, .noContexts.
 */
export async function readKubeconfig(source: KubeconfigSource, env: NodeJS.ProcessEnv): Promise<Kubeconfig> {
  const config: Kubeconfig = {
    current: undefined,
    clusters: new Map(),
    users: new Map(),
    contexts: new Map(),
    warnings: [],
  };
  const paths = sourcePaths(source, env);
  const found: string[] = [];
  for (const path of paths) {
    const file = resolve(path.startsWith('~/') ? join(homedir(), path.slice(2)) : path);
    let content: string;
    try {
      content = await readFile(file, 'utf8');
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (missing && paths.length > 1) {
        config.warnings.push(`${file}: ${why(error)}; the other files are used.`);
        continue;
      }
      throw fault(
        'kubeconfig.unreadable',
        `${file} cannot be read: ${why(error)}.`,
        'Check the path and its permissions, or paste the kubeconfig.',
        { field: file, cause: error },
      );
    }
    found.push(file);
    merge(config, parseKubeconfig(content, file), file, dirname(file));
  }
  if (source.text !== undefined) {
    found.push(pasted);
    merge(config, parseKubeconfig(source.text, pasted), pasted, undefined);
  }
  if (config.contexts.size === 0) {
    const where = found.join(', ') || paths.join(', ');
    throw fault(
      'kubeconfig.noContexts',
      `${where}: there is no context in it.`,
      'Add a context that joins a cluster and a user (kubectl config set-context), or choose another file.',
      { field: 'contexts' },
    );
  }
  return config;
}
