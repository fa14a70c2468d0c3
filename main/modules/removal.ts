import type { Handlers } from '../../shared/contract.ts';
import { fault, toFault } from '../../shared/fault.ts';
import type { Sessions } from '../hubs/sessions.ts';
import { resources } from '../kube/resources.ts';
import type { DeliveryRecords } from '../store/deliveries.ts';
import type { Intents } from '../store/intents.ts';
import type { ModuleRecords } from '../store/modules.ts';
import type { Store } from '../store/open.ts';
import type { DeliveryActs } from './delivery-acts.ts';
import type { DeliveryDriver } from './delivery-driver.ts';
import { count, many } from './delivery-words.ts';
import { deliverLabel, noModule } from './naming.ts';

/** What a delete would do, and the delete itself; our labels go with it, our proof works follow by their keeper. */
export function createRemoval(deps: {
  store: Store;
  sessions: Sessions;
  records: ModuleRecords;
  deliveries: DeliveryRecords;
  intents: Intents;
  driver: DeliveryDriver;
  acts: DeliveryActs;
}): Pick<Handlers, 'modules.deletion' | 'modules.delete'> {
  const { store, sessions, records, deliveries, intents, driver, acts } = deps;
  const withWork = store.db
    .prepare<[string, string], string>(
      `select spoke from work where hub = ? and module = ? and purpose = 'module' and deleting = 0 order by spoke`,
    )
    .pluck();
  const unreachable = store.db
    .prepare<[string, string], number>(
      `select count(*) from work w join spoke s on s.hub = w.hub and s.name = w.spoke
       where w.hub = ? and w.module = ? and w.purpose = 'module' and s.availability <> 'available'`,
    )
    .pluck();
  const labelled = store.db
    .prepare<[string, string], string>(`select spoke from spoke_label where hub = ? and key = ? order by spoke`)
    .pluck();

  function consequences(hub: string, name: string) {
    const spokes = withWork.all(hub, name) as string[];
    const away = unreachable.get(hub, name) as number;
    return {
      unloads: spokes.length,
      spokes: spokes.slice(0, 500),
      sentences: [
        spokes.length === 0
          ? `No spoke has ${name}.`
          : `${many(spokes.length, 'spoke')} ${spokes.length === 1 ? 'unloads' : 'unload'} ${name}, all at once: KMM-Hub knows no order and no pause.`,
        ...(away > 0 ? [`${count(away)} of them can't be reached now and unload when they are back.`] : []),
        'The images stay in the registry. Our labels and proof works for it are removed.',
        'It cannot be undone; the module can be applied again.',
      ],
    };
  }
  const known = (hub: string, name: string): void => {
    if (!records.get(hub, name)) throw noModule(name);
  };
  return {
    'modules.deletion'({ hub, name }) {
      known(hub, name);
      return consequences(hub, name);
    },
    async 'modules.delete'({ hub, name, confirm }) {
      known(hub, name);
      if (confirm !== name) {
        throw fault('module.confirm', 'The name typed is not the name of the module.', `Type ${name} to delete it.`, {
          field: 'confirm',
        });
      }
      const client = sessions.client(hub);
      const { sentences } = consequences(hub, name);
      const intent = intents.begin({
        hub,
        at: sessions.hubNow(hub),
        who: (await client.identity().catch(() => '')) || 'the identity of this kubeconfig',
        what: `Delete module ${name}`,
        input: { name },
        diff: sentences.join(' '),
      });
      try {
        await client.remove(resources.ManagedClusterModule, name, { propagation: 'Background' });
        // Not before: a delete that the hub refuses must not end a delivery.
        for (const { id } of deliveries.list(hub, name)) driver.stop(id, `Stopped: ${name} is deleted.`);
        const refused = await acts.unlabel(client, hub, name, labelled.all(hub, deliverLabel(name)) as string[]);
        const left = refused.length > 0 ? ` Our label could not be taken from ${many(refused.length, 'spoke')}.` : '';
        const sentence = `${name} is deleted; its spokes unload it now.${left}`;
        intents.finish(intent, 'done', sentence);
        return { sentence };
      } catch (error) {
        intents.finish(intent, 'failed', toFault(error).message);
        throw error;
      }
    },
  };
}
