import type { KubeObject } from '../../shared/kube.ts';
import type { Change, Projector } from '../hubs/projector.ts';
import { createInstalls } from '../store/installs.ts';
import type { Store } from '../store/open.ts';
import { createOperators } from '../store/operators.ts';
import { createPolicies } from '../store/policies.ts';
import { createTimeline } from '../store/timeline.ts';
import { createWorks } from '../store/works.ts';
import { claimTime } from './claim-time.ts';
import { hubPackage, isKmmAddon, workName } from './names.ts';
import { operatorRow } from './operator-facts.ts';
import { policyRow } from './policy-facts.ts';
import { spokeState, type WorkEvidence } from './spoke-state.ts';
import { workEvidence, workEvidenceOfRow } from './work-evidence.ts';

/** Keeps policy and operator rows and the kmm columns of spokes; transitions go to the timeline with the hub's own time. */
export function createInstallProjector(store: Store, onHubInstalled: (hub: string) => void = () => {}): Projector {
  const policies = createPolicies(store);
  const operators = createOperators(store);
  const installs = createInstalls(store, workName);
  const works = createWorks(store);
  const timeline = createTimeline(store);
  const operatorNamespace = store.db.prepare(
    'update hub set operator_namespace = @namespace where id = @hub and operator_namespace <> @namespace',
  );

  function policy(change: Change): string[] {
    const { hub, namespace, name, object } = change;
    const before = policies.get(hub, namespace, name);
    const row = object && policyRow(hub, object);
    if (row) policies.put(row);
    else policies.remove(hub, namespace, name);
    const spoke = row?.spoke || before?.spoke;
    if (!spoke || !(row?.installs_kmm || before?.installs_kmm)) return ['policy'];
    return ['policy', ...refresh(change, spoke, { seenBefore: before !== undefined, since: row?.since ?? undefined })];
  }

  function operator(change: Change): string[] {
    const { hub, namespace, name, kind, object } = change;
    const before = operators.get(hub, kind, namespace, name);
    const row = object && operatorRow(hub, object);
    if (!row) return operators.remove(hub, kind, namespace, name) ? ['operator'] : [];
    operators.put(row);
    if (row.package === hubPackage && row.kind === 'ClusterServiceVersion') {
      operatorNamespace.run({ hub, namespace });
      if (row.phase === 'Succeeded' && before?.phase !== 'Succeeded') onHubInstalled(hub);
      const news = !change.listing || before !== undefined;
      if (news && before?.phase !== row.phase && (row.phase === 'Succeeded' || row.phase === 'Failed')) {
        const good = row.phase === 'Succeeded';
        timeline.add({
          hub,
          at: row.since ?? change.hubAt,
          seenAt: change.seenAt,
          spoke: '',
          module: '',
          event: good ? 'hubKmmInstalled' : 'hubKmmFailed',
          sentence: good
            ? `KMM-Hub ${row.version} is installed in ${namespace}.`
            : `KMM-Hub ${row.version} could not be installed: ${row.message}`,
          tone: good ? 'good' : 'bad',
        });
        return ['operator', 'timeline'];
      }
    }
    return ['operator'];
  }

  function work(change: Change): readonly string[] {
    const { hub, namespace, name, object } = change;
    if (name !== workName) return [];
    const seenBefore = works.get(hub, namespace, name) !== undefined;
    return refresh(change, namespace, { seenBefore, work: object ? workEvidence(object) : null });
  }

  interface Hint {
    /** The object was known before: what changed is news even while a list is read. */
    seenBefore: boolean;
    since?: string | undefined;
    /** Overrides the stored work row, which is written after us; null = the work is gone. */
    work?: WorkEvidence | null;
    claimed?: KubeObject | undefined;
  }

  /** Recomputes the kmm columns of one spoke from its rows. */
  function refresh(change: Change, spoke: string, hint: Hint): string[] {
    const { hub } = change;
    const before = installs.columns(hub, spoke);
    if (!before) return [];
    const stored = hint.work === undefined ? works.get(hub, spoke, workName) : undefined;
    const { state, reason, started } = spokeState({
      availability: before.availability,
      kernels: before.kernels,
      claimsCut: before.claims_cut === 1,
      policies: policies.installing(hub, spoke),
      work: hint.work ?? (stored && workEvidenceOfRow(stored)),
      addon: installs.addon(hub, spoke),
    });
    const turned = state !== before.kmm;
    const news = turned && (!change.listing || hint.seenBefore);
    // What was there before we first looked has no known beginning; a duration would be invented.
    const first = before.kmm_started ?? (state === 'installed' && !news ? null : (started ?? null));
    const kmmStarted = state === 'absent' || state === 'unknown' ? null : first;
    if (!turned && reason === before.kmm_reason && kmmStarted === before.kmm_started) return [];
    const since = turned ? (claimTime(hint.claimed, state) ?? hint.since ?? change.hubAt) : before.kmm_since;
    installs.set({ hub, name: spoke, kmm: state, kmm_reason: reason, kmm_since: since, kmm_started: kmmStarted });
    const told = news ? tell(state, before.kmm, spoke, reason) : undefined;
    if (!told) return ['spoke'];
    timeline.add({ hub, at: since ?? change.hubAt, seenAt: change.seenAt, spoke, module: '', ...told });
    return ['spoke', 'timeline'];
  }

  return {
    kinds: ['ManagedCluster', 'ManagedClusterAddOn', 'ManifestWork', 'Policy', 'Subscription', 'ClusterServiceVersion'],
    project(change) {
      switch (change.kind) {
        case 'Policy':
          return policy(change);
        case 'Subscription':
        case 'ClusterServiceVersion':
          return operator(change);
        case 'ManifestWork':
          return work(change);
        case 'ManagedClusterAddOn':
          return isKmmAddon(change.name) ? refresh(change, change.namespace, { seenBefore: false }) : [];
        default: {
          const known = installs.columns(change.hub, change.name);
          return refresh(change, change.name, { seenBefore: known?.kmm_since != null, claimed: change.object });
        }
      }
    },
  };
}

type Told = { event: string; sentence: string; tone: 'good' | 'bad' | 'neutral' };
function tell(now: string, before: string, spoke: string, reason: string): Told | undefined {
  if (now === 'installed') return { event: 'kmmInstalled', sentence: `KMM is installed on ${spoke}.`, tone: 'good' };
  if (now === 'failed')
    return { event: 'kmmFailed', sentence: `KMM could not be installed on ${spoke}. ${reason}`, tone: 'bad' };
  if (before === 'installed')
    return { event: 'kmmLost', sentence: `KMM is no longer seen on ${spoke}. ${reason}`, tone: 'bad' };
  return undefined;
}
