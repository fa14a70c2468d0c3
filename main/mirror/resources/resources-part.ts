import { type Clock, isoSeconds } from '../../../shared/clock.ts';
import type { Emit, Handlers, Output, Parsed } from '../../../shared/contract.ts';
import { fault } from '../../../shared/fault.ts';
import { countText } from '../../../shared/rules/amount-text.ts';
import type { Sessions } from '../../hubs/sessions.ts';
import { workName } from '../../install/names.ts';
import { bindSets } from '../../install/way.ts';
import { createInstalls } from '../../store/installs.ts';
import { createIntents } from '../../store/intents.ts';
import type { MirrorEvents } from '../../store/mirror-events.ts';
import type { Store } from '../../store/open.ts';
import type { SiteRecord } from '../../store/sites.ts';
import { createSpokes } from '../../store/spokes.ts';
import { createTimeline } from '../../store/timeline.ts';
import type { LookDeps } from '../site-record/look.ts';
import { siteContent } from '../site-record/site-content.ts';
import type { WantedFile } from '../types.ts';
import { applyResources } from './apply-resources.ts';
import { planResources } from './plan-resources.ts';

type ResourceCall = 'mirror.resources' | 'mirror.applyResources';

/** What hub and spokes are told, made of everything that lies at a site. */
export function createResourcesPart(deps: {
  store: Store;
  sessions: Sessions;
  look: LookDeps;
  site: (id: string) => SiteRecord;
  /** Release signatures of this laptop's store. */
  signatures: () => Promise<WantedFile[]>;
  events: MirrorEvents;
  clock: Clock;
  emit: Emit;
}): { handlers: Pick<Handlers, ResourceCall> } {
  const { store, sessions, look, site, signatures, events, clock, emit } = deps;
  const intents = createIntents(store);
  const installs = createInstalls(store, workName);
  const spokes = createSpokes(store);
  const timeline = createTimeline(store);

  async function contentOf(id: string) {
    const found = await siteContent(look, site(id), await signatures());
    if (found.changed) emit('mirror.changed', { what: 'sites', id });
    if (found.content.images.length > 0) return found;
    throw fault(
      'mirror.nothing',
      [`Nothing that lies at ${site(id).name} is known here.`, ...found.warnings].join(' '),
      `Push the store to it: \`cli mirror push --site ${id}\`.`,
      { field: 'site' },
    );
  }
  async function plan({ site: id, hub, where, way, spokeSelector, kinds }: Parsed<'mirror.resources'>) {
    const client = sessions.client(hub);
    const { content, warnings } = await contentOf(id);
    const planned = await planResources(
      {
        client,
        spokes: () =>
          spokes.joined(hub).map(({ name, openshift, labels_json }) => ({
            ...{ name, openshift },
            labels: JSON.parse(labels_json) as Record<string, string>,
          })),
        sets: () => bindSets(client, installs, hub),
      },
      content,
      { where, way, spokeSelector, kinds },
    );
    return { ...planned, warnings: [...warnings, ...planned.warnings] };
  }

  return {
    handlers: {
      async 'mirror.resources'(input): Promise<Output<'mirror.resources'>> {
        const { yaml, dried, objects, warnings, restarts, mayRestart } = await plan(input);
        return { yaml, diffs: dried.map(({ diff }) => diff), total: objects.length, warnings, restarts, mayRestart };
      },
      async 'mirror.applyResources'(input) {
        const planned = await plan(input);
        const { hub } = input;
        const at = sessions.hubNow(hub);
        const result = await applyResources({ client: sessions.client(hub), intents, hub, at, input }, planned);
        const { address, name } = site(input.site);
        const whom = input.where === 'hub' ? 'The hub' : 'The spokes';
        const sentence = `${whom} pull${input.where === 'hub' ? 's' : ''} from ${address} (${countText(result.applied, 'object')}).`;
        timeline.add({ hub, at, seenAt: at, event: 'mirrorPointed', sentence, tone: 'neutral' });
        // The mirror's history is by this laptop's clock and names registries by address, whatever the hub's clock says.
        events.add({
          at: isoSeconds(clock.now()),
          what: 'resources',
          place: address,
          sentence: `${name}: ${sentence}`,
        });
        emit('rows.changed', { hub, tables: ['timeline'] });
        emit('mirror.changed', { what: 'sites', id: input.site });
        return result;
      },
    },
  };
}
