import { randomUUID } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import type { Finding } from '../../shared/contract/modules.ts';
import type { Emit, Handlers, Parsed } from '../../shared/contract.ts';
import { type FaultError, fault } from '../../shared/fault.ts';
import type { Sessions } from '../hubs/sessions.ts';
import { dryRun } from '../install/dry-run.ts';
import { resources } from '../kube/resources.ts';
import type { KubeClient } from '../kube/types.ts';
import type { DeliveryRecords } from '../store/deliveries.ts';
import type { Intents } from '../store/intents.ts';
import type { Check } from './check.ts';
import type { DeliveryDriver } from './delivery-driver.ts';
import { type DeliveryState, isOver } from './delivery-state.ts';
import type { DeliveryView } from './delivery-view.ts';
import { many } from './delivery-words.ts';
import type { HubFactBook } from './hub-facts.ts';
import { ways } from './ways.ts';

type Apply = 'modules.diff' | 'modules.apply' | 'deliveries.stop';

/** Dry run, apply and stop. Nothing is written to the hub before the lint and the server's own dry run have passed. */
export function createApply(deps: {
  sessions: Sessions;
  clock: Clock;
  emit: Emit;
  facts: HubFactBook;
  check: Check;
  deliveries: DeliveryRecords;
  intents: Intents;
  driver: DeliveryDriver;
  deliveryView: DeliveryView;
}): Pick<Handlers, Apply> {
  const { sessions, emit, facts, check, deliveries, intents, driver, deliveryView } = deps;

  async function trial(client: KubeClient, { yaml, way }: Pick<Parsed<'modules.diff'>, 'yaml' | 'way'>) {
    if (!(await client.served(resources.ManagedClusterModule))) {
      throw fault('module.notServed', 'This hub serves no ManagedClusterModules.', 'Install KMM on the hub first.', {
        field: 'hub',
      });
    }
    return dryRun(client, ways[way].intended(yaml));
  }
  const nameOf = async (client: KubeClient) =>
    (await client.identity().catch(() => '')) || 'the identity of this kubeconfig';

  return {
    async 'modules.diff'({ hub, yaml, way }) {
      const client = sessions.client(hub);
      const { diff } = await trial(client, { yaml, way });
      const { preview } = check(hub, yaml);
      const reach = preview ? ` ${preview.sentence}.` : '';
      return {
        diffs: [diff],
        intent: `As ${await nameOf(client)}, on ${client.server}: ${diff.name}, ${ways[way].words}.${reach}`,
      };
    },
    async 'modules.apply'({ hub, yaml, way, anyway }) {
      await facts.refresh(hub);
      const { findings, draft } = check(hub, yaml);
      const waived = anyway.filter((rule) => rule.startsWith('selection.'));
      const errors = findings.filter(({ severity, rule }) => severity === 'error' && !waived.includes(rule));
      if (errors.length > 0 || !draft) throw lintFault(errors);
      const running = deliveries.list(hub, draft.name).find(({ phase }) => !isOver(phase));
      if (running) {
        throw fault(
          'delivery.running',
          `${draft.name} is being delivered: ${running.sentence}`,
          'Wait until it is done, or stop it first.',
          {
            field: 'yaml',
          },
        );
      }
      const client = sessions.client(hub);
      const { diff, refusedBy } = await trial(client, { yaml, way });
      if (diff.change === 'refused') throw refusal(diff.conflicts, diff.refusal ?? '', refusedBy ?? '');
      const at = sessions.hubNow(hub);
      const intent = intents.begin({
        hub,
        at,
        who: await nameOf(client),
        what: `Apply module ${draft.name} (${way})`,
        input: { yaml, way, anyway },
        diff: diff.after === diff.before ? 'no change' : diff.after,
      });
      const id = randomUUID();
      const state: DeliveryState = {
        module: draft.name,
        way,
        phase: 'applying',
        sentence: `${draft.name} is being applied.`,
        appliedAt: null,
        generation: 0,
        seen: false,
        canaries: [],
        kernels: [],
        lost: false,
        stalled: false,
      };
      deliveries.put({
        id,
        hub,
        module: draft.name,
        way,
        phase: state.phase,
        yaml,
        canaries_json: '[]',
        started_at: at,
        ended_at: null,
        sentence: state.sentence,
        state_json: JSON.stringify(state),
      });
      emit('delivery.changed', { hub, id });
      // A hub whose KMM has just been installed may not be watched for modules yet.
      if (!sessions.isLive(hub, 'ManagedClusterModule')) sessions.rediscover(hub);
      await driver.advance(id);
      const row = deliveries.get(id)!;
      intents.finish(intent, row.phase === 'failed' ? 'failed' : 'done', row.sentence);
      return deliveryView(row);
    },
    'deliveries.stop'({ id }) {
      const row = deliveries.get(id);
      if (!row)
        throw fault('delivery.unknown', 'There is no such delivery.', 'Look at the list of deliveries.', {
          field: 'id',
        });
      driver.stop(id, 'Stopped: what is delivered stays, nothing more is let in.');
      return deliveryView(deliveries.get(id)!);
    },
  };
}

function lintFault(errors: readonly Finding[]): FaultError {
  const [first] = errors;
  const more = errors.length > 1 ? ` (${many(errors.length, 'error')} in all)` : '';
  const spokes = [...new Set(errors.flatMap((each) => each.spokes))];
  return fault(
    'module.lint',
    `${first?.message ?? 'The text is no module.'}${more}`,
    first?.remedy ?? 'Start from the template.',
    {
      field: first?.field || 'yaml',
      ...(spokes.length > 0 && { about: spokes }),
    },
  );
}

function refusal(conflicts: readonly { manager: string; field: string }[], words: string, code: string): FaultError {
  if (conflicts.length > 0) {
    const owners = conflicts.map(({ manager, field }) => `${manager}: ${field}`);
    return fault(
      'module.conflict',
      `Fields of this module belong to others: ${owners.join('; ')}.`,
      'Write what they wrote in these fields, or have them give the fields up; nothing has been changed.',
      { field: conflicts[0]?.field ?? 'spec', about: owners },
    );
  }
  if (code === 'kube.forbidden') {
    return fault('hub.forbidden', `Not allowed: ${words}`, 'Ask the hub’s administrator for this right.', {
      field: 'hub',
    });
  }
  return fault('module.refused', `The hub refuses the module: ${words}`, 'Correct what it names and try again.', {
    field: 'spec',
  });
}
