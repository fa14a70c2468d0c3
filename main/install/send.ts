import { type FaultError, fault, toFault } from '../../shared/fault.ts';
import type { KubeObject } from '../../shared/kube.ts';
import type { Dried } from './dry-run.ts';

/** A spoke's object that the hub refused. */
export interface Failure {
  /** Its namespace, which is the spoke's name. */
  name: string;
  reason: string;
}

/** Works in flight at a time: fast, and gentle to a hub on a thin line. */
const inFlight = 16;

/**
 * Applies objects: `inOrder` one after the other, the first refusal ends it; `sideBySide` for independent ones (works), where one spoke's
 * refusal must not keep the others back and is listed. A lost hub ends both.
 */
export async function sendAll(
  apply: (object: KubeObject) => Promise<unknown>,
  objects: readonly KubeObject[],
  how: 'inOrder' | 'sideBySide',
): Promise<Failure[]> {
  const failures: Failure[] = [];
  let next = 0;
  const worker = async () => {
    for (let object = objects[next++]; object; object = objects[next++]) {
      try {
        await apply(object);
      } catch (error) {
        const { code, message } = toFault(error);
        const refused = /^kube\.(applyConflict|conflict|forbidden|invalid|notFound|tooLarge)$/.test(code);
        if (how === 'inOrder' || !refused) throw error;
        failures.push({ name: object.metadata.namespace ?? '', reason: message });
      }
    }
  };
  await Promise.all(Array.from({ length: how === 'inOrder' ? 1 : inFlight }, worker));
  return failures;
}

/** What a dry run met: <room>.conflict (about = owners), hub.forbidden or <room>.refused. */
export function refusal(room: 'install' | 'mirror', { diff, refusedBy }: Dried): FaultError {
  const what = `${diff.kind} ${diff.namespace ? `${diff.namespace}/` : ''}${diff.name}`;
  if (diff.conflicts.length > 0) {
    const owners = diff.conflicts.map(({ manager, field }) => `${manager}: ${field}`);
    return fault(
      `${room}.conflict`,
      `${what} has fields of other managers: ${owners.join('; ')}.`,
      'Leave it to them, or have them give these fields up; nothing has been written.',
      { field: diff.kind, about: owners },
    );
  }
  if (refusedBy === 'kube.forbidden') {
    const remedy = 'Ask the hub’s administrator for this right; nothing has been written.';
    return fault('hub.forbidden', `Not allowed: ${diff.refusal}`, remedy, { field: diff.kind });
  }
  const remedy = 'Correct what it names and try again; nothing has been written.';
  return fault(`${room}.refused`, `The hub refuses ${what}: ${diff.refusal}`, remedy, { field: diff.kind });
}

/** ` Refused for 3, first sno1: …`; '' when none was. */
export const refusedWords = (failures: readonly Failure[]): string => {
  const first = failures[0];
  return first ? ` Refused for ${failures.length}, first ${first.name}: ${first.reason}` : '';
};
