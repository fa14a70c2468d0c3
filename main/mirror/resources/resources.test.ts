import { createCore } from '../../../lab/apiserver/core.ts';
import { kubeconfigText } from '../../../lab/apiserver/http/kubeconfig.ts';
import { createLogins } from '../../../lab/apiserver/http/logins.ts';
import { serveApi } from '../../../lab/apiserver/http/serve.ts';
import { acmKinds } from '../../../lab/schemas/acm.ts';
import { ocmHubKinds } from '../../../lab/schemas/ocm.ts';
import { olmKinds } from '../../../lab/schemas/olm.ts';
import { hubConfigKinds } from '../../../lab/schemas/openshift-config.ts';
import { systemClock } from '../../../shared/clock.ts';
import { createKubeClient } from '../../kube/kube.ts';
import { resourcesSuite } from './testing/resources-suite.ts';

resourcesSuite(
  'resources on the lab’s API server',
  async () => {
    const clock = systemClock();
    const core = createCore({ clock });
    for (const kinds of [ocmHubKinds, acmKinds, olmKinds, hubConfigKinds]) core.serve(kinds);
    const front = await serveApi(core);
    const logins = await createLogins(core, front);
    const connect = (who: 'engineer' | 'reader') =>
      createKubeClient({ source: { text: kubeconfigText(front, logins[who]) }, allow: () => 'no', clock });
    const [admin, reader] = await Promise.all([connect('engineer'), connect('reader')]);
    return {
      admin,
      reader,
      stop: async () => {
        admin.close();
        reader.close();
        await front.close();
      },
    };
  },
  false,
);
