import { type Clock, isoSeconds } from '../../shared/clock.ts';
import type { Emit, Handlers, Output, Parsed } from '../../shared/contract.ts';
import { fault } from '../../shared/fault.ts';
import type { Sessions } from '../hubs/sessions.ts';
import type { ContentStore } from '../images/types.ts';
import { workName } from '../install/names.ts';
import { bindSets } from '../install/way.ts';
import { createInstalls } from '../store/installs.ts';
import { createIntents } from '../store/intents.ts';
import type { MirrorEvents } from '../store/mirror-events.ts';
import type { Store } from '../store/open.ts';
import type { SiteRecord, Sites } from '../store/sites.ts';
import { createSpokes } from '../store/spokes.ts';
import { createTimeline } from '../store/timeline.ts';
import { applyResources } from './resources/apply-resources.ts';
import { planResources } from './resources/plan-resources.ts';
import type { SiteContent } from './resources/types.ts';
import { readSetFiles } from './set-files.ts';
import type { MirrorImage } from './types.ts';

type ResourceCall = 'mirror.resources' | 'mirror.applyResources';

/** What hub and spokes are told, made of everything that lies at a site. */
export function createResourcesPart(deps: {
  store: Store;
  sessions: Sessions;
  sites: Sites;
  site: (id: string) => SiteRecord;
  content: () => Promise<ContentStore>;
  events: MirrorEvents;
  clock: Clock;
  emit: Emit;
}): { handlers: Pick<Handlers, ResourceCall> } {
  const { store, sessions, sites, site, content, events, clock, emit } = deps;
  const intents = createIntents(store);
  const installs = createInstalls(store, workName);
  const spokes = createSpokes(store);
  const timeline = createTimeline(store);

  async function contentOf(id: string): Promise<SiteContent> {
    const { address, ca, name } = site(id);
    const rows = sites.images(id).filter(({ missing }) => missing === 0);
    if (rows.length === 0) {
      throw fault(
        'mirror.nothing',
        `Nothing was pushed to ${name} yet.`,
        `Push the store to it: \`cli mirror push --site ${id}\`.`,
        { field: 'site' },
      );
    }
    // The digest that lies there counts; a newer pull that was not pushed yet does not.
    const images = rows.map((row) => ({
      ...(JSON.parse(row.image_json) as MirrorImage),
      digest: row.digest as MirrorImage['digest'],
    }));
    return { address, ca, images, files: await readSetFiles(await content(), 'signatures/') };
  }
  async function plan({ site: id, hub, where, way, spokeSelector, kinds }: Parsed<'mirror.resources'>) {
    const client = sessions.client(hub);
    return planResources(
      {
        client,
        spokes: () =>
          spokes.joined(hub).map(({ name, openshift, labels_json }) => ({
            ...{ name, openshift },
            labels: JSON.parse(labels_json) as Record<string, string>,
          })),
        sets: () => bindSets(client, installs, hub),
      },
      await contentOf(id),
      { where, way, spokeSelector, kinds },
    );
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
        const sentence = `${whom} pull${input.where === 'hub' ? 's' : ''} from ${address} (${result.applied} objects).`;
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
