import type { Delivery } from '../../../shared/contract/modules.ts';

export interface Step {
  id: string;
  title: string;
  state: 'done' | 'now' | 'later' | 'failed' | 'stopped';
}

const staged = [
  { id: 'applying', title: 'Apply', phases: ['applying'] },
  { id: 'canary', title: 'Build, one spoke per kernel', phases: ['canary'] },
  { id: 'proving', title: 'Prove it there', phases: ['proving'] },
  { id: 'widening', title: 'Widen to all', phases: ['widening'] },
  { id: 'finishing', title: 'Prove everywhere', phases: ['finishing'] },
] as const;
const plain = [
  { id: 'applying', title: 'Apply', phases: ['applying'] },
  { id: 'finishing', title: 'Prove everywhere', phases: ['canary', 'proving', 'widening', 'finishing'] },
] as const;

/** The steps of a delivery. One that failed or was stopped marks the step it stood at: the first without proof. */
export function stepsOf({
  way,
  phase,
  selected,
  canaries,
  states,
}: Pick<Delivery, 'way' | 'phase' | 'selected' | 'canaries' | 'states'>): Step[] {
  const steps: readonly { id: string; title: string; phases: readonly string[] }[] = way === 'staged' ? staged : plain;
  if (phase === 'done') return steps.map(({ id, title }) => ({ id, title, state: 'done' }));
  const ended = phase === 'failed' ? 'failed' : phase === 'stopped' ? 'stopped' : undefined;
  let at = steps.findIndex(({ phases }) => phases.includes(phase));
  if (ended) {
    const proven = canaries.length > 0 && canaries.every(({ state }) => state === 'proven');
    if (way === 'plain') at = (states.proven ?? 0) + selected > 0 ? 1 : 0;
    else at = proven ? (selected > canaries.length ? 4 : 3) : canaries.length > 0 ? 1 : 0;
  }
  return steps.map(({ id, title }, index) => ({
    id,
    title,
    state: index < at ? 'done' : index > at ? 'later' : (ended ?? 'now'),
  }));
}
