import { definitionOf } from '../../../lab/apiserver/custom-definition.ts';
import { resourceName } from '../../../lab/apiserver/kind-schema.ts';
import { hubConfigKinds } from '../../../lab/schemas/openshift-config.ts';
import { haveUpstreamCrds, loadCrds, upstreamCrds } from '../../../lab/testbed/crds.ts';
import { startKubeServer } from '../../../lab/testbed/kube-server.ts';
import { findServers } from '../../../lab/testbed/servers.ts';
import { systemClock } from '../../../shared/clock.ts';
import { createKubeClient } from '../../kube/kube.ts';
import { resourcesSuite } from './testing/resources-suite.ts';

const servers = findServers();
const why = servers.why ?? (haveUpstreamCrds ? undefined : 'no upstream CRDs on this machine');

/** Of the many, those that are sent or asked about here. */
const needed =
  /^(image\w+|clusterversions|catalogsources|manifestworks|placements|managedclustersetbindings|policies|placementbindings)\./;

resourcesSuite(
  `resources on a real kube-apiserver with upstream CRDs${why ? ` (skipped: ${why})` : ''}`,
  async () => {
    const server = await startKubeServer(servers);
    const upstream = upstreamCrds('openshift', 'olm', 'ocm', 'acm').filter((one) =>
      needed.test(one.metadata.name ?? ''),
    );
    // Image, UpdateService and ClusterCatalog have no upstream definition here: the lab's stand in.
    const own = hubConfigKinds.filter((kind) => !upstream.some(({ metadata }) => metadata.name === resourceName(kind)));
    const plain = own.map((kind) =>
      definitionOf({ ...kind, versions: kind.versions.map((version) => ({ ...version, columns: [] })) }),
    );
    await loadCrds(server.caller, [...upstream, ...plain]);
    const connect = (who: 'admin' | 'reader') =>
      createKubeClient({ source: { text: server.kubeconfig(who) }, allow: () => 'no', clock: systemClock() });
    const [admin, reader] = await Promise.all([connect('admin'), connect('reader')]);
    return {
      admin,
      reader,
      stop: async () => {
        admin.close();
        reader.close();
        await server.stop();
      },
    };
  },
  why !== undefined,
);
