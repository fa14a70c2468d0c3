import { describe, expect, it } from 'vitest';
import { probeAccess, rightText } from './access.ts';
import { featuresOf } from './access-features.ts';
import type { AccessQuery, KubeClient } from './types.ts';

/** A hub that serves all but `absent` and refuses what `refuses` says; it counts what it is asked. */
function hub(refuses: (text: string, query: AccessQuery) => boolean, absent: string[] = []) {
  const asked: string[] = [];
  const client: Pick<KubeClient, 'served' | 'may'> = {
    served: async ({ group, versions, plural, kind, namespaced }) =>
      absent.includes(kind) ? undefined : { group, version: versions[0] ?? '', plural, kind, namespaced },
    may: async (queries) => {
      asked.push(...queries.map(rightText));
      return queries.map((query) => !refuses(rightText(query), query));
    },
  };
  return { client, asked };
}
const of = async (client: Pick<KubeClient, 'served' | 'may'>) =>
  Object.fromEntries((await probeAccess(client)).map((one) => [one.feature, one]));

describe('access probe', () => {
  it('says yes to everything for an administrator, asking each right once', async () => {
    const { client, asked } = hub(() => false);
    const features = await probeAccess(client);
    expect(features.map(({ allowed }) => allowed)).toEqual(features.map(() => 'yes'));
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked).toContain('create managedclustersets/bind.cluster.open-cluster-management.io');
  });
  it('names the missing right in words', async () => {
    const { client } = hub((_, { verb }) => verb === 'patch');
    const { labelSpokes, seeFleet } = await of(client);
    expect(labelSpokes).toEqual({
      feature: 'labelSpokes',
      allowed: 'no',
      sentence: 'May not label spokes: patch managedclusters.cluster.open-cluster-management.io is missing.',
      missing: ['patch managedclusters.cluster.open-cluster-management.io'],
    });
    expect(seeFleet?.allowed).toBe('yes');
  });
  it('tells a right in one namespace from one everywhere', async () => {
    const { client } = hub((text) => text === 'get pods/log [openshift-kmm-hub]');
    expect((await of(client)).readLogs).toMatchObject({ allowed: 'no', missing: ['get pods/log [openshift-kmm-hub]'] });
  });
  it('is partly where only the extra is missing', async () => {
    const { client } = hub((text) => text.includes('managedclusteraddons'));
    expect((await of(client)).seeFleet).toMatchObject({
      allowed: 'partly',
      sentence: expect.stringMatching(
        /^May see the fleet, but not all of it: list managedclusteraddons\S+ and watch \S+ are missing\.$/,
      ),
    });
  });
  it('says what the hub does not serve, and does not ask for rights on it', async () => {
    const { client, asked } = hub(() => true, ['Policy', 'ManagedClusterAction', 'ManagedClusterInfo']);
    const { installByPolicy, nudge, seeFleet } = await of(client);
    expect(installByPolicy).toMatchObject({
      allowed: 'absent',
      sentence: 'Cannot install KMM on spokes by policy here: the hub does not serve Policy.',
    });
    expect(nudge?.allowed).toBe('absent');
    expect(seeFleet?.allowed).toBe('no');
    expect(asked.filter((text) => /policies|managedclusteractions|managedclusterinfos/.test(text))).toEqual([]);
  });
  it('every feature has a name of its own and at least one need', () => {
    const features = featuresOf();
    expect(new Set(features.map(({ feature }) => feature)).size).toBe(features.length);
    for (const { needs } of features) expect(needs.some(({ extra }) => !extra)).toBe(true);
  });
});
