import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import { createKubeClient } from './kube.ts';
import { resources } from './resources.ts';
import { type Authority, createAuthority } from './testing/authority.ts';
import { createHubServer, type HubServer, refusal, sendJson } from './testing/hub-server.ts';
import { base64, kubeconfigText } from './testing/kubeconfig-text.ts';
import type { KubeClient } from './types.ts';

let authority: Authority;
let hub: HubServer;
let client: KubeClient;
beforeAll(async () => {
  authority = await createAuthority('hub CA');
});
beforeEach(async () => {
  hub = await createHubServer(await authority.issue({ cn: 'hub', ips: ['127.0.0.1'] }));
  const text = kubeconfigText({ server: hub.url, 'certificate-authority-data': base64(authority.pem) }, { token: 't' });
  client = await createKubeClient({
    source: { text },
    allow: () => 'no',
    clock: systemClock(),
    random: () => 0,
    env: {},
  });
});
afterEach(async () => {
  client.close();
  await hub.close();
});
const notFound = refusal(404, 'NotFound', 'the server could not find the requested resource');

it('asks OpenShift who we are where Kubernetes is too old to say', async () => {
  hub.answer(({ url }, response) =>
    url.endsWith('/users/~')
      ? sendJson(response, { metadata: { name: 'kube:admin' } })
      : sendJson(response, notFound, 404),
  );
  expect(await client.identity()).toBe('kube:admin');
  expect(hub.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST /apis/authentication.k8s.io/v1/selfsubjectreviews',
    'POST /apis/authentication.k8s.io/v1beta1/selfsubjectreviews',
    'POST /apis/authentication.k8s.io/v1alpha1/selfsubjectreviews',
    'GET /apis/user.openshift.io/v1/users/~',
  ]);
  hub.answer((_, response) => sendJson(response, notFound, 404));
  expect(await client.identity()).toBe('');
});

it('reads the end of a log as plain text', async () => {
  hub.answer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/plain' }).end('a\u001b[31mb\u001b[0m\r\n\u0007c\td\n'),
  );
  expect(await client.logs('openshift-kmm-hub', 'build-1', { container: 'main', tail: 100 })).toBe('ab\nc\td\n');
  const [seen] = hub.seen;
  expect(seen?.url).toBe(
    '/api/v1/namespaces/openshift-kmm-hub/pods/build-1/log?container=main&tailLines=100&limitBytes=16000000',
  );
  hub.answer((_, response) =>
    sendJson(response, refusal(400, 'BadRequest', 'container "main" in pod "build-1" is waiting to start'), 400),
  );
  await expect(client.logs('openshift-kmm-hub', 'build-1')).rejects.toMatchObject({
    fault: { code: 'kube.invalid', message: 'container "main" in pod "build-1" is waiting to start' },
  });
});

it('tells an object that is not there from a kind that is not there, and both from a hub that fails', async () => {
  hub.answer(({ url }, response) =>
    url === '/api/v1'
      ? sendJson(response, { resources: [{ name: 'namespaces', kind: 'Namespace', namespaced: false }] })
      : sendJson(response, refusal(404, 'NotFound', 'namespaces "x" not found'), 404),
  );
  expect(await client.get(resources.Namespace, 'x')).toBeUndefined();
  expect(await client.get(resources.Policy, 'x', 'y')).toBeUndefined();
  await expect(client.list(resources.Policy).next()).rejects.toMatchObject({ fault: { code: 'kube.notServed' } });
  hub.answer((_, response) => sendJson(response, refusal(500, 'InternalError', 'etcd is away'), 500));
  await expect(client.get(resources.Namespace, 'x')).rejects.toMatchObject({ fault: { message: 'etcd is away' } });
});

it('does not send an object that has no namespace or name', async () => {
  hub.answer((_, response) => sendJson(response, { resources: [{ name: 'pods', kind: 'Pod', namespaced: true }] }));
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } };
  await expect(client.apply(pod)).rejects.toMatchObject({ fault: { field: 'metadata.namespace' } });
  await expect(client.apply({ ...pod, metadata: { namespace: 'n' } })).rejects.toMatchObject({
    fault: { field: 'metadata.name' },
  });
  expect(hub.seen.map(({ method }) => method)).toEqual(['GET']);
});
