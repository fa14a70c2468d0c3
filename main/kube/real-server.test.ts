import { startKubeServer } from '../../lab/testbed/kube-server.ts';
import { findServers } from '../../lab/testbed/servers.ts';
import { clientSuite } from './testing/client-suite.ts';

const servers = findServers();

clientSuite(
  `the client against a real kube-apiserver${servers.why ? ` (skipped: ${servers.why})` : ''}`,
  async () => {
    const server = await startKubeServer(servers);
    return {
      admin: { text: server.kubeconfig('admin') },
      certificate: { text: server.kubeconfig('certificate') },
      reader: { text: server.kubeconfig('reader') },
      powerless: { text: server.kubeconfig('powerless') },
      stop: server.stop,
    };
  },
  servers.folder === undefined,
);
