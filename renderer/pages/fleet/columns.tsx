import type { SpokeRow } from '../../../shared/contract/fleet.ts';
import type { Column } from '../../parts/virtual-table.tsx';
import { clockTime, shortTime } from '../../words/format.ts';
import { availabilityWords, kmmWords, loadWords } from '../../words/states.ts';

const kernelText = ({ kernels, claimsCut, kmm }: SpokeRow) =>
  kernels.length > 0
    ? kernels.join(', ')
    : claimsCut
      ? 'no claim: cut off'
      : kmm === 'installed'
        ? 'no claim: KMM is silent'
        : 'no claim: KMM missing';

/** The fleet table's columns. A cell that is not as it should be says why in its tooltip. */
export const columns: readonly Column<SpokeRow>[] = [
  { id: 'name', title: 'Spoke', width: '22%', sortable: true, cell: ({ name }) => name, title_: ({ name }) => name },
  {
    id: 'availability',
    title: 'State',
    width: '13%',
    sortable: true,
    tone: (row) =>
      row.operative || row.availability !== 'available' ? availabilityWords[row.availability].tone : 'warn',
    cell: (row) =>
      row.availability === 'available' && !row.operative ? 'Not operative' : availabilityWords[row.availability].word,
    title_: (row) => row.reason || availabilityWords[row.availability].means,
  },
  {
    id: 'openshift',
    title: 'OpenShift',
    width: '10%',
    sortable: true,
    cell: ({ openshift }) => openshift || 'unknown',
  },
  { id: 'kernel', title: 'Kernel', width: '21%', sortable: true, cell: kernelText, title_: kernelText },
  {
    id: 'kmm',
    title: 'KMM',
    width: '12%',
    sortable: true,
    tone: ({ kmm }) => kmmWords[kmm].tone,
    cell: ({ kmm }) => kmmWords[kmm].word,
  },
  {
    id: 'load',
    title: 'Modules',
    width: '13%',
    sortable: true,
    tone: ({ load }) => loadWords[load].tone,
    cell: ({ load, modules }) =>
      load === 'none' ? 'None' : `${loadWords[load].word}${modules.length > 1 ? ` (${modules.length})` : ''}`,
    title_: ({ modules }) =>
      modules
        .map(({ module, state, reason }) => `${module}: ${loadWords[state].word}${reason ? ` (${reason})` : ''}`)
        .join('\n') || loadWords.none.means,
  },
  {
    id: 'since',
    title: 'Since',
    width: '9%',
    sortable: true,
    cell: ({ since }) => shortTime(since, Date.now()),
    title_: ({ since }) => clockTime(since),
  },
];
