import type { ProofRow } from '../../../shared/contract/modules.ts';
import type { Column } from '../../parts/virtual-table.tsx';
import { duration, shortTime } from '../../words/format.ts';
import { loadWords } from '../../words/states.ts';

const because = ({ reason, remedy }: ProofRow) => [reason, remedy].filter((text) => text !== '').join(' ');

/** The columns of the proof table. */
export const proofColumns: readonly Column<ProofRow>[] = [
  { id: 'spoke', title: 'Spoke', width: '18%', cell: ({ spoke }) => spoke, title_: ({ spoke }) => spoke },
  {
    id: 'state',
    title: 'State',
    width: '12%',
    tone: ({ state }) => loadWords[state].tone,
    cell: ({ state }) => loadWords[state].word,
    title_: ({ state }) => loadWords[state].means,
  },
  { id: 'reason', title: 'Why', width: '28%', cell: because, title_: because },
  {
    id: 'kernel',
    title: 'Kernel',
    width: '20%',
    cell: ({ kernel }) => kernel || 'unknown',
    title_: ({ kernel }) => kernel,
  },
  { id: 'proven', title: 'Proven', width: '10%', cell: ({ provenAt }) => shortTime(provenAt, Date.now()) || 'not yet' },
  {
    id: 'seconds',
    title: 'Took',
    width: '10%',
    number: true,
    cell: ({ seconds }) => (seconds === undefined ? '' : duration(seconds)),
  },
];
