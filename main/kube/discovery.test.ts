import { expect, it } from 'vitest';
import { fault } from '../../shared/fault.ts';
import { createDiscovery } from './discovery.ts';
import { resources } from './resources.ts';
import type { Transport } from './transport.ts';

/** A server whose answers to discovery are `serves`, by path; it counts what it is asked. */
function server() {
  const serves = new Map<string, object | 'broken'>();
  const asked: string[] = [];
  let now = 0;
  const transport: Pick<Transport, 'json'> = {
    json: async ({ path }) => {
      asked.push(path);
      const answer = serves.get(path);
      if (answer === 'broken') throw fault('kube.serverError', 'down', 'wait');
      if (!answer) throw fault('kube.notFound', 'no', 'no');
      return answer;
    },
  };
  const discovery = createDiscovery(transport as Transport, { now: () => now });
  return { serves, asked, discovery, pass: (ms: number) => (now += ms) };
}
const addons = { resources: [{ name: 'managedclusteraddons', kind: 'ManagedClusterAddOn', namespaced: true }] };
const [alpha, beta] = ['v1alpha1', 'v1beta1'].map((version) => `/apis/addon.open-cluster-management.io/${version}`);

it('takes the first version that is served, and asks once', async () => {
  const { serves, asked, discovery } = server();
  serves.set(beta!, addons);
  const both = await Promise.all([1, 2].map(() => discovery.served(resources.ManagedClusterAddOn)));
  expect(both).toMatchObject([{ version: 'v1beta1' }, { version: 'v1beta1' }]);
  expect(asked).toEqual([alpha, beta]);
});

it('believes a no for 10 s, then notices what an operator has brought', async () => {
  const { serves, asked, discovery, pass } = server();
  expect(await discovery.served(resources.ManagedClusterAddOn)).toBeUndefined();
  serves.set(alpha!, addons);
  pass(9000);
  expect(await discovery.served(resources.ManagedClusterAddOn)).toBeUndefined();
  expect(asked).toHaveLength(2);
  pass(2000);
  const all = await Promise.all([1, 2, 3].map(() => discovery.served(resources.ManagedClusterAddOn)));
  expect(all[2]).toMatchObject({ version: 'v1alpha1' });
  expect(asked).toHaveLength(3);
});

it('refresh forgets at once, and a failure is never remembered', async () => {
  const { serves, discovery } = server();
  serves.set(alpha!, 'broken');
  await expect(discovery.served(resources.ManagedClusterAddOn)).rejects.toMatchObject({
    fault: { code: 'kube.serverError' },
  });
  serves.set(alpha!, addons);
  expect(await discovery.served(resources.ManagedClusterAddOn)).toBeDefined();
  serves.clear();
  discovery.refresh();
  expect(await discovery.served(resources.ManagedClusterAddOn)).toBeUndefined();
});
