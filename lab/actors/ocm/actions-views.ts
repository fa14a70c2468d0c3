import type { KubeObject } from '../../../shared/kube.ts';
import { ApiError, type KindRef } from '../../api.ts';
import { kinds } from '../../kinds.ts';
import type { Spoke } from '../../world/spoke.ts';
import { conditionsOf, type Said, withCondition } from './conditions.ts';
import type { HubView } from './hub-view.ts';
import { mutateStatus } from './mutate.ts';

interface Kube {
  resource?: string;
  name?: string;
  namespace?: string;
  template?: KubeObject;
}

interface ActionSpec {
  actionType?: 'Create' | 'Update' | 'Delete';
  kube?: Kube;
}

interface ViewSpec {
  scope?: {
    apiGroup?: string;
    version?: string;
    kind?: string;
    resource?: string;
    name?: string;
    namespace?: string;
    updateIntervalSeconds?: number;
  };
}

/** A kind by its resource word (`node`, `nodes`, `modules.kmm.sigs.x-k8s.io`) or kind, as the add-on's mapper finds it. */
function find(spoke: Spoke, word: string, group?: string): KindRef | undefined {
  const [plural = '', ...rest] = word.toLowerCase().split('.');
  const wanted = group ?? (rest.length > 0 ? rest.join('.') : undefined);
  for (const kind of spoke.core.registry.kinds()) {
    const named = kind.plural === plural || kind.kind.toLowerCase() === plural || `${plural}s` === kind.plural;
    if (!named || (wanted !== undefined && wanted !== kind.group)) continue;
    const version = kind.versions[0]!.name;
    return { group: kind.group, version, plural: kind.plural, kind: kind.kind, namespaced: kind.namespaced };
  }
  return undefined;
}

/** ManagedClusterActions and Views of one spoke, done by its work-manager add-on, which may do anything there. */
export function startActionsViews(hub: HubView, spoke: Spoke): () => void {
  const { clock, random, name: cluster } = spoke;
  const api = hub.api.as('work-manager');
  const local = spoke.core.as('work-manager');
  const actions = hub.watch(kinds.ManagedClusterAction);
  const views = hub.watch(kinds.ManagedClusterView);
  const refreshing = new Map<string, () => void>();
  const mayAct = () => spoke.running('work-manager') && spoke.gate.open;

  const say = (kind: KindRef, name: string, said: Said, result: unknown) =>
    mutateStatus(api, kind, name, cluster, (status, object) => {
      const conditions = withCondition(conditionsOf(object), said, clock.now());
      const same = conditions === conditionsOf(object) && JSON.stringify(status.result) === JSON.stringify(result);
      return same ? undefined : { ...status, conditions, ...(result !== undefined && { result }) };
    });

  async function perform({ actionType, kube = {} }: ActionSpec): Promise<KubeObject | undefined> {
    const { template } = kube;
    const ref = template ? spoke.discover(template.apiVersion, template.kind) : find(spoke, kube.resource ?? '');
    if (!ref) throw new ApiError(404, 'NotFound', `the server doesn't have a resource type "${kube.resource ?? ''}"`);
    const name = kube.name || template?.metadata?.name || '';
    const namespace = ref.namespaced ? kube.namespace || template?.metadata?.namespace || '' : '';
    if (actionType === 'Delete') {
      await local.remove(ref, name, namespace || undefined);
      return undefined;
    }
    if (!template) throw new ApiError(400, 'BadRequest', 'template is required');
    if (actionType === 'Create') return local.create(template);
    // The add-on updates by a merge patch of the template (FND pkg/klusterlet/action).
    return local.patch(ref, name, namespace, template, { type: 'merge' });
  }

  async function act(name: string): Promise<void> {
    const action = actions.get(name, cluster);
    if (!action || !mayAct() || conditionsOf(action).length > 0) return;
    try {
      const result = await perform((action.spec ?? {}) as ActionSpec);
      const said: Said = {
        type: 'Completed',
        status: 'True',
        reason: 'ActionDone',
        message: 'Resource action is done.',
      };
      await say(kinds.ManagedClusterAction, name, said, result);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const reason = `${(action.spec as ActionSpec | undefined)?.actionType ?? ''}ResourceFailed`;
      const said: Said = { type: 'Completed', status: 'False', reason, message: error.message };
      await say(kinds.ManagedClusterAction, name, said, undefined);
    }
  }

  async function view(name: string): Promise<void> {
    refreshing.delete(name);
    const object = views.get(name, cluster);
    if (!object) return;
    const { scope = {} } = (object.spec ?? {}) as ViewSpec;
    if (mayAct()) {
      const ref = find(spoke, scope.resource || scope.kind || '', scope.apiGroup || undefined);
      const found = ref && (await local.get(ref, scope.name ?? '', scope.namespace || undefined));
      const said: Said = found
        ? {
            type: 'Processing',
            status: 'True',
            reason: 'GetResourceProcessing',
            message: 'Watching resources successfully',
          }
        : {
            type: 'Processing',
            status: 'False',
            reason: ref ? 'GetResourceFailed' : 'GetResourceTypeInvalid',
            message: ref
              ? `failed to get resource with err: ${ref.plural}${ref.group ? `.${ref.group}` : ''} "${scope.name}" not found`
              : `failed to get mapping with err: no matches for kind "${scope.kind ?? scope.resource ?? ''}"`,
          };
      await say(kinds.ManagedClusterView, name, said, found);
    }
    const seconds = scope.updateIntervalSeconds ?? 30;
    refreshing.set(
      name,
      clock.after(seconds * 1000, () => void view(name)),
    );
  }

  const stops = [
    actions.listenAt(cluster, ({ object, old }) => {
      if (object && !old) clock.after(random.between(300, 1_500), () => void act(object.metadata.name!));
    }),
    views.listenAt(cluster, ({ object, old }) => {
      const name = (object ?? old)!.metadata.name!;
      if (object && old && object.metadata.generation === old.metadata.generation) return;
      refreshing.get(name)?.();
      refreshing.delete(name);
      if (object)
        refreshing.set(
          name,
          clock.after(random.between(200, 1_000), () => void view(name)),
        );
    }),
    spoke.listen((event) => {
      if (event.type !== 'started' || event.agent !== 'work-manager') return;
      for (const action of actions.inNamespace(cluster)) void act(action.metadata.name!);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    for (const cancel of refreshing.values()) cancel();
  };
}
