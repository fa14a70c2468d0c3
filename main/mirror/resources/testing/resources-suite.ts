import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toFault } from '../../../../shared/fault.ts';
import type { KubeObject } from '../../../../shared/kube.ts';
import { resources } from '../../../kube/resources.ts';
import type { KubeClient } from '../../../kube/types.ts';
import { createIntents, type Intents } from '../../../store/intents.ts';
import { openStore, type Store } from '../../../store/open.ts';
import { applyResources } from '../apply-resources.ts';
import { planResources, type ResourceRequest } from '../plan-resources.ts';
import type { ResourceSpoke } from '../spokes.ts';
import type { SiteContent } from '../types.ts';
import { image, sampleSite } from './sample-site.ts';

export interface SuiteHub {
  admin: KubeClient;
  /** May read everything and write nothing. */
  reader: KubeClient;
  stop(): Promise<void>;
}

const spokes: ResourceSpoke[] = [
  { name: 's1', openshift: '4.12.3', labels: { site: 'a' } },
  { name: 's2', openshift: '4.12.6', labels: { site: 'b' } },
  { name: 's3', openshift: '4.14.1', labels: { site: 'b' } },
];
const request = (extra: Partial<ResourceRequest> = {}): ResourceRequest => ({
  where: 'hub',
  way: 'policy',
  spokeSelector: {},
  kinds: [],
  ...extra,
});

/** The objects of a mirror against an API server: accepted, applied, then without a difference. Played on the lab and on a real one. */
export function resourcesSuite(title: string, start: () => Promise<SuiteHub>, skip: boolean): void {
  describe.skipIf(skip)(title, () => {
    let hub: SuiteHub;
    let store: Store;
    let intents: Intents;
    beforeAll(async () => {
      hub = await start();
      store = openStore(':memory:');
      store.db
        .prepare(
          `insert into hub (id, name, context, server, tls, practice, source_json, created_at) values ('h1', 'h', 'c', 's', 'system-ca', 0, '{}', '2026-11-22T10:00:00Z')`,
        )
        .run();
      intents = createIntents(store);
      const namespaces = ['openshift-config', 'openshift-config-managed', 'openshift-marketplace', 's1', 's2', 's3'];
      for (const name of namespaces) await make({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      await make({ ...imageConfig, spec: {} });
    }, 60_000);
    afterAll(async () => {
      store?.close();
      await hub?.stop();
    });

    const imageConfig = { apiVersion: 'config.openshift.io/v1', kind: 'Image', metadata: { name: 'cluster' } };
    const make = (object: KubeObject) => hub.admin.apply(object, { fieldManager: 'test', force: true });
    const read = async (apiVersion: string, kind: string, name: string, namespace?: string) => {
      const { version, ...ref } = (await hub.admin.resourceOf(apiVersion, kind))!;
      return hub.admin.get({ ...ref, versions: [version] }, name, namespace);
    };
    const plan = (
      wanted: Partial<ResourceRequest> = {},
      site: SiteContent = sampleSite(),
      {
        client = hub.admin,
        fleet = spokes,
        shownWorks,
      }: { client?: KubeClient; fleet?: ResourceSpoke[]; shownWorks?: number } = {},
    ) =>
      planResources(
        { client, shownWorks, spokes: () => fleet, sets: async () => ({ sets: ['global'], outside: 0 }) },
        site,
        request(wanted),
      );
    type Planned = Awaited<ReturnType<typeof plan>>;
    const apply = (planned: Planned, client = hub.admin) =>
      applyResources({ client, intents, hub: 'h1', at: '2026-11-22T10:00:00Z', input: {} }, planned);
    const changes = ({ dried }: Planned) =>
      dried.map(({ diff: { change, kind, namespace, name, refusal } }) =>
        [change, kind, namespace && `${namespace}/`, name, refusal].filter(Boolean).join(' ').replace('/ ', '/'),
      );
    const restOf = (planned: Planned) => [...new Set(planned.dried.map(({ diff }) => diff.change))];

    test('on the hub: accepted, applied in one order, then nothing differs', async () => {
      const first = await plan();
      expect(changes(first)).toEqual([
        'create ConfigMap openshift-config/kmm-bastion-registry-ca',
        'update Image cluster',
        'create ImageDigestMirrorSet idms-generic-0',
        'create ImageDigestMirrorSet idms-operator-0',
        'create ImageDigestMirrorSet idms-release-0',
        'create ImageTagMirrorSet itms-generic-0',
        'create CatalogSource openshift-marketplace/cs-redhat-operator-index-v4-12',
        'create ClusterCatalog cc-redhat-operator-index-v4-12',
        'create ConfigMap openshift-config-managed/mirrored-release-signatures',
      ]);
      expect(first.warnings).toEqual([
        'UpdateService update-service-oc-mirror is left out: the hub has no namespace openshift-update-service.',
      ]);
      expect(first.restarts).toContain('drained and restarted one after another: ImageTagMirrorSet.');
      expect(await apply(first)).toEqual({ applied: 9, sentence: '9 of 9 objects are on the hub.' });
      const again = await plan();
      expect(restOf(again)).toEqual(['none']);
      expect([again.restarts, again.yaml]).toEqual(['', first.yaml]);
      expect(intents.list('h1')[0]).toMatchObject({ state: 'done', what: 'Point the hub at a mirror' });
    });

    test('an UpdateService where its operator is', async () => {
      await make({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'openshift-update-service' } });
      const kinds = ['updateService'] as const;
      await apply(await plan({ kinds }));
      expect(changes(await plan({ kinds }))).toEqual([
        'none UpdateService openshift-update-service/update-service-oc-mirror',
      ]);
    });

    test('one more scope is an update, which restarts nodes', async () => {
      const site = sampleSite();
      const more = { ...site, images: [...site.images, image('operator', 'quay.io/other/tool')] };
      const planned = await plan({ kinds: ['idms'] }, more);
      expect(changes(planned)).toContain('update ImageDigestMirrorSet idms-operator-0');
      expect(planned.restarts).toContain('drained and restarted one after another: ImageDigestMirrorSet.');
    });

    test('what stands there from earlier and has no image any more is named', async () => {
      const site = sampleSite();
      const { warnings } = await plan(
        {},
        { ...site, images: site.images.filter(({ category }) => category !== 'kmod') },
      );
      expect(warnings).toContainEqual(
        expect.stringContaining('ImageDigestMirrorSet idms-generic-0 is there from earlier'),
      );
      expect((await plan()).warnings.join()).not.toContain('from earlier');
      // Release signatures that were spread over more ConfigMaps than are made now; what is not ours is not told.
      const signatures = { apiVersion: 'v1', kind: 'ConfigMap', data: {} };
      const namespace = 'openshift-config-managed';
      const ours = { name: 'mirrored-release-signatures-2', namespace, labels: { 'kmm-bastion.io/mirror': 'true' } };
      await make({ ...signatures, metadata: ours });
      await make({ ...signatures, metadata: { name: 'theirs', namespace } });
      const told = (await plan()).warnings.filter((each) => each.includes('from earlier'));
      expect(told).toEqual([expect.stringMatching(/^ConfigMap mirrored-release-signatures-2 is there from earlier/)]);
      await hub.admin.remove(resources.ConfigMap, ours.name, { namespace });
    });

    test('ICSP as of 4.12 and its IPv6 literals are accepted', async () => {
      const planned = await plan({ where: 'spokes', way: 'work' }, { ...sampleSite(), address: '[fd00::10]:5000' });
      const works = planned.objects.map((work) => work['spec'] as { workload: { manifests: KubeObject[] } });
      const icsp = works[0]!.workload.manifests.filter(({ kind }) => kind === 'ImageContentSourcePolicy');
      expect(icsp).toHaveLength(3);
      for (const object of icsp) await hub.admin.apply(object, { dryRun: true });
    });

    test('fields of another manager are left to it: shown, refused, nothing written', async () => {
      await make({
        apiVersion: 'config.openshift.io/v1',
        kind: 'ImageTagMirrorSet',
        metadata: { name: 'itms-generic-0' },
        spec: { imageTagMirrors: [{ source: 'docker.io', mirrors: ['theirs.example'] }] },
      });
      const planned = await plan({ kinds: ['itms'] });
      expect(planned.dried[0]?.diff).toMatchObject({
        change: 'refused',
        conflicts: [{ manager: 'test', field: '.spec.imageTagMirrors' }],
      });
      const before = intents.list('h1').length;
      expect(toFault(await apply(planned).catch((error) => error))).toMatchObject({
        code: 'mirror.conflict',
        field: 'ImageTagMirrorSet',
      });
      expect(intents.list('h1')).toHaveLength(before);
    });

    test('a cluster that trusts others already keeps them', async () => {
      const theirs = { name: 'user-ca', namespace: 'openshift-config' };
      await make({ apiVersion: 'v1', kind: 'ConfigMap', metadata: theirs, data: { 'other.example': 'PEM' } });
      await make({ ...imageConfig, spec: { additionalTrustedCA: { name: 'user-ca' } } });
      const planned = await plan({ kinds: ['trustedCa'] });
      expect(changes(planned)).toEqual(['update ConfigMap openshift-config/user-ca']);
      await apply(planned);
      const live = await read('v1', 'ConfigMap', 'user-ca', 'openshift-config');
      expect(Object.keys(live?.['data'] as object).sort()).toEqual([
        'other.example',
        'reg.site..5000',
        'updateservice-registry',
      ]);
      expect(restOf(await plan({ kinds: ['trustedCa'] }))).toEqual(['none']);
      expect((await read('config.openshift.io/v1', 'Image', 'cluster'))?.['spec']).toEqual({
        additionalTrustedCA: { name: 'user-ca' },
      });
      // Ours is brought up to date; what somebody else wrote for the update service is left to them.
      const renewed = { ...sampleSite(), ca: 'RENEWED' };
      expect(changes(await plan({ kinds: ['trustedCa'] }, renewed))).toEqual([
        'update ConfigMap openshift-config/user-ca',
      ]);
      const others = { name: 'others-ca', namespace: 'openshift-config' };
      await make({ apiVersion: 'v1', kind: 'ConfigMap', metadata: others, data: { 'updateservice-registry': 'PEM' } });
      await make({ ...imageConfig, spec: { additionalTrustedCA: { name: 'others-ca' } } });
      const beside = await plan({ kinds: ['trustedCa'] });
      expect(beside.warnings.join()).toContain('holds an authority for the update service');
      await apply(beside);
      expect((await read('v1', 'ConfigMap', 'others-ca', 'openshift-config'))?.['data']).toMatchObject({
        'updateservice-registry': 'PEM',
        'reg.site..5000': expect.stringContaining('CERTIFICATE'),
      });
      await make({ ...imageConfig, spec: { additionalTrustedCA: { name: 'user-ca' } } });
    });

    test('to spokes by policy: one for each family, accepted, then nothing differs', async () => {
      const first = await plan({ where: 'spokes' });
      expect(first.dried.map(({ diff }) => `${diff.kind} ${diff.name}`)).toEqual([
        'Namespace kmm-bastion-mirror',
        'ManagedClusterSetBinding global',
        ...['icsp', 'idms'].flatMap((name) =>
          ['Placement', 'Policy', 'PlacementBinding'].map((kind) => `${kind} mirror-reg-site-5000-edge-${name}`),
        ),
      ]);
      expect(first.warnings.join()).toContain('The spokes are mixed: 2 take ImageContentSourcePolicy');
      expect(first.restarts).toContain('3 spokes (OpenShift 4.12.3, 4.12.6, 4.14.1)');
      expect((await apply(first)).applied).toBe(8);
      const again = await plan({ where: 'spokes' });
      expect([restOf(again), again.restarts]).toEqual([['none'], '']);
    });

    test('a policy that changes a mirror set restarts the nodes of its spokes, one that adds a catalog does not', async () => {
      const site = sampleSite();
      const more = { ...site, images: [...site.images, image('operator', 'quay.io/other/tool')] };
      expect((await plan({ where: 'spokes' }, more)).restarts).toBe(
        'Nodes of 3 spokes (OpenShift 4.12.3, 4.12.6, 4.14.1) are drained and restarted one after another: ImageContentSourcePolicy and ImageDigestMirrorSet. A single-node cluster is away while it restarts.',
      );
      const catalog = image('catalog', 'quay.io/other/index', 'other/index', { facts: { role: 'catalog' } });
      const added = await plan({ where: 'spokes' }, { ...site, images: [...site.images, catalog] });
      expect(restOf(added)).toEqual(['none', 'update']);
      expect(added.restarts).toBe('');
    });

    test('a policy that comes to more spokes restarts their nodes, changed or not; what it leaves is told', async () => {
      const fleet = [
        { name: 's3', openshift: '4.14.1', labels: { site: 'c', line: '1' } },
        { name: 's4', openshift: '4.14.1', labels: { line: '1' } },
      ];
      const only = (spokeSelector: Record<string, string>) =>
        plan({ where: 'spokes', spokeSelector }, sampleSite(), { fleet });
      // One family: a policy of another name, beside which the two go on.
      const first = await only({ site: 'c' });
      expect(first.warnings.join()).toContain(
        'Policy mirror-reg-site-5000-edge-icsp in kmm-bastion-mirror is there from earlier and goes on',
      );
      await apply(first);
      expect([(await only({ site: 'c' })).restarts]).toEqual(['']);
      const other = await only({ line: '1' });
      expect(other.warnings).toContainEqual(
        'Policy mirror-reg-site-5000-edge was for spokes with site=c and will be for spokes with line=1: other spokes keep what they have, but nothing keeps it there.',
      );
      expect(restOf(other)).toEqual(['none', 'update']);
      expect(other).toMatchObject({ mayRestart: true });
      expect(other.restarts).toContain('restarted one after another: ImageTagMirrorSet.');
      // Another site's registry is of other spokes, or of the same by mistake.
      const elsewhere = (spokeSelector: Record<string, string>, address = 'reg.other:5000') =>
        plan({ where: 'spokes', spokeSelector }, { ...sampleSite(), address }, { fleet });
      const south = await elsewhere({ site: 'c' });
      expect(changes(south)).toContainEqual('create Policy kmm-bastion-mirror/mirror-reg-other-5000');
      expect(south.warnings).toContainEqual(
        'Policy mirror-reg-site-5000-edge of another site reaches 1 of these spokes (first s3), too: each would undo what the other does. Choose by labels that tell the sites apart, or delete that policy before.',
      );
      await apply(other);
      expect((await elsewhere({ line: '1' })).warnings.join()).toContain('reaches 2 of these spokes (first s3)');
      await apply(first);
      const apart = { fleet: [{ name: 's4', openshift: '4.14.1', labels: { line: '1' } }] };
      const far = await plan({ where: 'spokes' }, { ...sampleSite(), address: 'reg.other:5000' }, apart);
      expect(far.warnings.join()).not.toContain('mirror-reg-site-5000-edge of another site');
      // Fewer spokes get nothing new.
      await apply(other);
      expect(await only({ site: 'c' })).toMatchObject({ mayRestart: false, restarts: '' });
    });

    test('to chosen spokes by a work each, with what each takes', async () => {
      const wanted = { where: 'spokes', way: 'work', spokeSelector: { site: 'b' } } as const;
      const first = await plan(wanted);
      expect(changes(first)).toEqual([
        'create ManifestWork s2/kmm-bastion-mirror',
        'create ManifestWork s3/kmm-bastion-mirror',
      ]);
      expect(first.yaml.match(/kind: Image(ContentSourcePolicy|DigestMirrorSet)/g)).toHaveLength(6);
      expect(await apply(first)).toMatchObject({ applied: 2 });
      const again = await plan(wanted);
      expect(restOf(again)).toEqual(['none']);
      // Two that keep the same objects, each its own way, never come to rest.
      expect(again.warnings).toContainEqual(
        expect.stringMatching(/^Policy mirror-reg-site-5000-edge-icsp .* delete it before\.$/),
      );
      expect((await plan({ where: 'spokes' })).warnings).toContainEqual(
        'ManifestWork kmm-bastion-mirror of 2 spokes (first s2) is there from earlier and goes on with what it says, against what is made now; delete it before.',
      );
      // What was not tried is looked at all the same.
      const few = (selector: Record<string, string>, site?: SiteContent) =>
        plan({ ...wanted, spokeSelector: selector }, site, { shownWorks: 1 });
      expect([(await few({ site: 'b' })).restarts, (await few({ site: 'b' })).dried.length]).toEqual(['', 1]);
      const catalog = image('catalog', 'quay.io/other/index', 'other/index', { facts: { role: 'catalog' } });
      const added = { ...sampleSite(), images: [...sampleSite().images, catalog] };
      expect((await few({ site: 'b' }, added)).restarts).toBe('');
      await hub.admin.remove(resources.ManifestWork, 'kmm-bastion-mirror', { namespace: 's3' });
      expect(await few({ site: 'b' })).toMatchObject({
        mayRestart: true,
        restarts: expect.stringContaining('restarted one after another: ImageTagMirrorSet.'),
        dried: [{ diff: { change: 'none' } }],
      });
      await expect(plan({ ...wanted, spokeSelector: { site: 'c' } })).rejects.toThrow(
        'No joined spoke has the labels site=c.',
      );
    });

    test('without the right, the refusal names it', async () => {
      const planned = await plan({ kinds: ['idms'] }, sampleSite(), { client: hub.reader });
      expect(restOf(planned)).toEqual(['refused']);
      expect(toFault(await apply(planned, hub.reader).catch((error) => error))).toMatchObject({
        code: 'hub.forbidden',
      });
    });
  });
}
