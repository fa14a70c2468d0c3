import { createLabClock } from '../../clock.ts';
import { createCaller } from '../../testbed/caller.ts';
import { startKubeServer } from '../../testbed/kube-server.ts';
import { type Servers, serverProgram } from '../../testbed/servers.ts';
import { createCore } from '../core.ts';
import { createLogins } from '../http/logins.ts';
import { serveApi } from '../http/serve.ts';
import { gadgetDefinition, group } from './gadget.ts';
import type { Ground } from './stage.ts';

async function define(ground: Ground): Promise<Ground> {
  await ground.caller.call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    body: gadgetDefinition,
  });
  for (let i = 0; i < 100; i += 1) {
    if ((await ground.caller.call('GET', `/apis/${group}/v1/gadgets`)).status === 200) return ground;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the Gadget definition is not served after 10 s');
}

/** The lab's API server, in real time. */
export async function labGround(): Promise<Ground> {
  const clock = createLabClock(1);
  const core = createCore({ clock });
  const front = await serveApi(core);
  const { reader } = await createLogins(core, front);
  front.tokens.add('admin-token', { name: 'admin', groups: ['system:masters'] });
  front.tokens.add('powerless-token', { name: 'powerless', groups: [] });
  const caller = createCaller({ ...front, token: 'admin-token' });
  return define({
    caller,
    tokens: { reader: reader.token, powerless: 'powerless-token' },
    compact: async () => front.expirePages(),
    controllers: true,
    async stop() {
      caller.close();
      await front.close();
      clock.stop();
    },
  });
}

/** A real kube-apiserver, with the two controllers where they were built. */
export async function realGround(servers: Servers): Promise<Ground> {
  const controllers = serverProgram(servers, 'kube-controller-manager') !== undefined;
  const server = await startKubeServer(servers, {
    controllers,
    // Pages then come from etcd, so that its compaction ends them as on every server before 1.34.
    apiFlags: { 'feature-gates': 'ListFromCacheSnapshot=false' },
  });
  return define({
    caller: server.caller,
    tokens: { reader: 'reader-token', powerless: 'powerless-token' },
    compact: server.compact,
    controllers,
    stop: server.stop,
  });
}
