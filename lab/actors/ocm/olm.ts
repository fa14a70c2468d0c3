import { isoSeconds } from '../../../shared/clock.ts';
import type { KubeObject } from '../../../shared/kube.ts';
import type { Api } from '../../api.ts';
import type { LabClock } from '../../clock.ts';
import { kinds } from '../../kinds.ts';
import type { Random } from '../../world/random.ts';
import { conditionsOf, type Said, withCondition } from './conditions.ts';
import { ensure, mutateStatus, removeIfThere } from './mutate.ts';
import { csvObject, deploymentObject, deploymentStatus, installPlanObject } from './olm-objects.ts';
import { type CatalogPackage, type Catalogs, indexPath, type SubscriptionSpec } from './olm-types.ts';
import { passing } from './queue.ts';

export interface OlmOptions {
  api: Api;
  clock: LabClock;
  random: Random;
  catalogs: Catalogs;
  /** A ClusterServiceVersion has Succeeded: its operator runs. */
  installed(pkg: CatalogPackage, namespace: string): void;
  /** A ClusterServiceVersion was deleted: its operator is gone. */
  removed(pkg: CatalogPackage, namespace: string): void;
}

/**
 * OLM of one cluster: Subscription → InstallPlan → ClusterServiceVersion Succeeded with its Deployments, in 40 to 110 s
 * when nothing stands in the way. It looks again at a Subscription that can't be resolved every 30 s.
 */
export function startOlm({ api: base, clock, random, catalogs, installed, removed }: OlmOptions): () => void {
  const api = base.as('olm');
  const catalog = base.as('catalog');
  const packages = new Map([...catalogs.values()].flat().map((pkg) => [Object.values(pkg.channels)[0]!, pkg]));
  const busy = new Set<string>();
  const running = new Set<string>();
  const cancels = new Set<() => void>();

  const later = (ms: number, work: () => Promise<void>) => {
    const cancel = clock.after(ms, () => {
      cancels.delete(cancel);
      work().catch((error: unknown) => {
        if (!passing(error)) throw error;
      });
    });
    cancels.add(cancel);
  };
  const say = (name: string, namespace: string, said: readonly Said[], more: Record<string, unknown> = {}) =>
    mutateStatus(catalog, kinds.Subscription, name, namespace, (status, object) => {
      let conditions = conditionsOf(object).filter(({ type }) => said.some((one) => one.type === type));
      for (const one of said) conditions = [...withCondition(conditions, one, clock.now())];
      const next = { ...status, ...more, conditions };
      if (JSON.stringify(next) === JSON.stringify(status)) return undefined;
      return { ...next, lastUpdated: isoSeconds(clock.now()) };
    });

  /** The package that a Subscription leads to, or what OLM says instead. */
  async function resolve(object: KubeObject): Promise<CatalogPackage | readonly Said[] | undefined> {
    const spec = (object.spec ?? {}) as SubscriptionSpec;
    const { name = '', namespace = '' } = object.metadata;
    const healthy: Said = {
      type: 'CatalogSourcesUnhealthy',
      status: 'False',
      reason: 'AllCatalogSourcesHealthy',
      message: 'all available catalogsources are healthy',
    };
    const source = await catalog.get(kinds.CatalogSource, spec.source ?? '', spec.sourceNamespace);
    if (!source) {
      return [
        {
          type: 'CatalogSourcesUnhealthy',
          status: 'True',
          reason: 'UnhealthyCatalogSourceFound',
          message: `targeted catalogsource ${spec.sourceNamespace}/${spec.source} missing`,
        },
      ];
    }
    // Without its OperatorGroup a namespace is left alone, without a word.
    const groups = await catalog.list(kinds.OperatorGroup, { namespace });
    if (groups.items.length !== 1) return undefined;
    const image = String((source.spec as { image?: string } | undefined)?.image ?? '');
    const offered = catalogs.get(`${spec.sourceNamespace}/${spec.source}`) ?? catalogs.get(indexPath(image));
    const found = offered?.find((one) => one.name === spec.name);
    const channel = spec.channel || found?.defaultChannel || '';
    const csv = found?.channels[channel];
    if (found && csv && (!spec.startingCSV || spec.startingCSV === csv)) return found;
    const what = !found
      ? `no operators found in package ${spec.name} in the catalog referenced by subscription ${name}`
      : !csv
        ? `no operators found in channel ${channel} of package ${spec.name} in the catalog referenced by subscription ${name}`
        : `no operators found with name ${spec.startingCSV} in channel ${channel} of package ${spec.name} in the catalog referenced by subscription ${name}`;
    return [
      healthy,
      {
        type: 'ResolutionFailed',
        status: 'True',
        reason: 'ConstraintsNotSatisfiable',
        message: `constraints not satisfiable: ${what}, subscription ${name} exists`,
      },
    ];
  }

  async function look(name: string, namespace: string): Promise<void> {
    const key = `${namespace}/${name}`;
    const object = await catalog.get(kinds.Subscription, name, namespace);
    if (!object || object.metadata.deletionTimestamp) {
      busy.delete(key);
      return;
    }
    const answer = await resolve(object);
    if (!answer || Array.isArray(answer)) {
      if (answer) await say(name, namespace, answer as readonly Said[]);
      later(30_000, () => look(name, namespace));
      return;
    }
    await install(object, answer as CatalogPackage);
  }

  async function install(subscription: KubeObject, pkg: CatalogPackage): Promise<void> {
    const { name = '', namespace = '' } = subscription.metadata;
    const spec = subscription.spec as SubscriptionSpec;
    const csv = pkg.channels[spec.channel || pkg.defaultChannel]!;
    const healthy: Said = {
      type: 'CatalogSourcesUnhealthy',
      status: 'False',
      reason: 'AllCatalogSourcesHealthy',
      message: 'all available catalogsources are healthy',
    };
    const manual = spec.installPlanApproval === 'Manual';
    const plan = `install-${random.suffix(5)}`;
    await ensure(catalog, installPlanObject(plan, subscription, csv, manual));
    const planStatus = (phase: string) =>
      mutateStatus(catalog, kinds.InstallPlan, plan, namespace, (status) => ({
        ...status,
        catalogSources: [spec.source],
        phase,
      }));
    const ref = { apiVersion: 'operators.coreos.com/v1alpha1', kind: 'InstallPlan', name: plan, namespace };
    await say(name, namespace, [healthy], {
      currentCSV: csv,
      installPlanRef: ref,
      installPlanGeneration: 1,
      state: 'UpgradePending',
    });
    if (manual) {
      await planStatus('RequiresApproval');
      await approval(plan, namespace);
    }
    await planStatus('Installing');
    await clock.sleep(random.between(4_000, 12_000));
    await ensure(catalog, csvObject(csv, namespace, pkg));
    await planStatus('Complete');
    await bringUp(csv, namespace, pkg);
    await say(name, namespace, [healthy], { installedCSV: csv, state: 'AtLatestKnown' });
  }

  function approval(plan: string, namespace: string): Promise<void> {
    return new Promise((resolve) => {
      const stop = catalog.watch(
        kinds.InstallPlan,
        (event) => {
          if (event.type !== 'ADDED' && event.type !== 'MODIFIED') return;
          if (event.object.metadata.name !== plan) return;
          if ((event.object.spec as { approved?: boolean } | undefined)?.approved !== true) return;
          stop();
          resolve();
        },
        { namespace },
      );
    });
  }

  async function bringUp(csv: string, namespace: string, pkg: CatalogPackage): Promise<void> {
    const phase = async (name: string, reason: string, message: string) => {
      const at = isoSeconds(clock.now());
      await mutateStatus(api, kinds.ClusterServiceVersion, csv, namespace, (status) => ({
        ...status,
        phase: name,
        reason,
        message,
        lastTransitionTime: at,
        lastUpdateTime: at,
        conditions: [
          ...((status.conditions as object[] | undefined) ?? []),
          { phase: name, reason, message, lastTransitionTime: at, lastUpdateTime: at },
        ],
      }));
    };
    await phase('Pending', 'RequirementsNotMet', "one or more requirements couldn't be found");
    await clock.sleep(random.between(3_000, 10_000));
    await phase('InstallReady', 'AllRequirementsMet', 'all requirements found, attempting install');
    await clock.sleep(random.between(1_000, 3_000));
    for (const name of pkg.deployments) await ensure(api, deploymentObject(name, namespace, csv));
    await phase('Installing', 'InstallSucceeded', 'waiting for install components to report healthy');
    await clock.sleep(random.between(25_000, 75_000));
    for (const name of pkg.deployments) {
      await mutateStatus(api, kinds.Deployment, name, namespace, () => deploymentStatus(clock.now()));
    }
    await phase('Succeeded', 'InstallSucceeded', 'install strategy completed with no errors');
    if (!(await api.get(kinds.ClusterServiceVersion, csv, namespace))) return;
    running.add(`${namespace}/${csv}`);
    installed(pkg, namespace);
  }

  const stops = [
    catalog.watch(kinds.Subscription, (event) => {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
      const { name = '', namespace = '' } = event.object.metadata;
      const key = `${namespace}/${name}`;
      if (event.type === 'DELETED') busy.delete(key);
      else if (!busy.has(key)) {
        busy.add(key);
        later(random.between(2_000, 8_000), () => look(name, namespace));
      }
    }),
    catalog.watch(kinds.ClusterServiceVersion, (event) => {
      if (event.type !== 'DELETED') return;
      const { name = '', namespace = '' } = event.object.metadata;
      const pkg = packages.get(name);
      if (!pkg) return;
      later(random.between(1_000, 4_000), async () => {
        for (const deployment of pkg.deployments) await removeIfThere(api, kinds.Deployment, deployment, namespace);
        if (running.delete(`${namespace}/${name}`)) removed(pkg, namespace);
      });
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    for (const cancel of cancels) cancel();
  };
}
