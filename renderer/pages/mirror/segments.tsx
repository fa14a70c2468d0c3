import type { BundleSummary } from '../../../shared/contract/mirror.ts';
import { Badge } from '../../parts/badge.tsx';
import { bytes, plural } from '../../words/format.ts';

const states = {
  present: { word: 'here', tone: 'good' },
  unchecked: { word: 'here, not checked', tone: 'quiet' },
  missing: { word: 'missing', tone: 'bad' },
  damaged: { word: 'damaged', tone: 'bad' },
} as const;
const shown = 12;

/** The files of a bundle, the lost ones first; a long list is cut, never its lost ones' count. */
export function Segments({ segments }: { segments: BundleSummary['segments'] }) {
  const lost = segments.filter(({ state }) => state === 'missing' || state === 'damaged');
  const list = [...lost, ...segments.filter((segment) => !lost.includes(segment))].slice(0, shown);
  return (
    <section aria-label="Files of the bundle">
      <ul className="kb-lines">
        {list.map(({ name, bytes: size, state }) => (
          <li key={name} className="kb-segment">
            <code>{name}</code> <span className="kb-num kb-subtle">{bytes(size)}</span> <Badge {...states[state]} />
          </li>
        ))}
      </ul>
      {segments.length > list.length && (
        <p className="kb-subtle">
          and {plural(segments.length - list.length, 'more file')}; {lost.length === 0 ? 'none' : lost.length} missing
          or damaged in all.
        </p>
      )}
    </section>
  );
}
