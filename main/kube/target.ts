import { fault } from '../../shared/fault.ts';
import type { Kubeconfig, Written } from './kubeconfig-read.ts';
import type { ClusterEntry, UserEntry } from './kubeconfig-shape.ts';

/** One context with its cluster and user looked up: everything a connection needs, still only as written. */
export interface Target {
  context: string;
  clusterName: string;
  userName: string;
  namespace: string;
  /** Base address, no slash at its end. */
  server: string;
  cluster: Written<ClusterEntry>;
  user: Written<UserEntry>;
}

/** An address without the password that someone has put into it. */
export const withoutPassword = (address: string): string => address.replace(/\/\/[^@/]*@/, '//***@');

function baseAddress(name: string, { value, file }: Written<ClusterEntry>): string {
  const field = `clusters[${name}].cluster.server`;
  const remedy = `Write the API server's address in ${file}, for example https://api.hub.example:6443 or https://[2001:db8::1]:6443.`;
  if (!value.server) throw fault('kubeconfig.noServer', `${file}: cluster "${name}" has no server.`, remedy, { field });
  // client-go takes a bare host:port as https (rest.DefaultServerURL).
  const text = value.server.includes('://') ? value.server : `https://${value.server}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.search || url.hash || url.username) {
    const message = `${file}: "${withoutPassword(value.server)}" of cluster "${name}" is not an https address.`;
    throw fault('kubeconfig.badServer', message, remedy, { field });
  }
  return url.href.replace(/\/+$/, '');
}

/**
 * Looks a context up (the current one when no name is given).
 * Faults: kubeconfig.unknownContext, .noCurrentContext, .danglingCluster, .danglingUser, .noServer, .badServer.
 */
export function findTarget(config: Kubeconfig, name?: string): Target {
  const known = [...config.contexts.keys()];
  const context = name ?? config.current ?? (known.length === 1 ? known[0] : undefined);
  if (context === undefined) {
    throw fault(
      'kubeconfig.noCurrentContext',
      'The kubeconfig has no current-context.',
      'Choose one of its contexts.',
      {
        field: 'context',
        about: known,
      },
    );
  }
  const written = config.contexts.get(context);
  if (!written) {
    throw fault(
      'kubeconfig.unknownContext',
      `There is no context "${context}" in the kubeconfig.`,
      `Choose one of: ${known.slice(0, 10).join(', ')}.`,
      { field: 'context', about: known },
    );
  }
  const { value, file } = written;
  const clusterName = value.cluster ?? '';
  const userName = value.user ?? '';
  const cluster = config.clusters.get(clusterName);
  if (!cluster) {
    throw fault(
      'kubeconfig.danglingCluster',
      clusterName
        ? `${file}: context "${context}" names cluster "${clusterName}", which is nowhere in the kubeconfig.`
        : `${file}: context "${context}" names no cluster.`,
      `Add the cluster to ${file}, or to another file of the list.`,
      { field: `contexts[${context}].context.cluster` },
    );
  }
  // No user at all is anonymous access, which kubectl takes too; a name that leads nowhere is a slip.
  const user = userName === '' ? { value: {}, file, dir: written.dir } : config.users.get(userName);
  if (!user) {
    throw fault(
      'kubeconfig.danglingUser',
      `${file}: context "${context}" names user "${userName}", which is nowhere in the kubeconfig.`,
      `Add the user to ${file}, or to another file of the list.`,
      { field: `contexts[${context}].context.user` },
    );
  }
  const server = baseAddress(clusterName, cluster);
  return { context, clusterName, userName, namespace: value.namespace || 'default', server, cluster, user };
}
