import type { FeedbackAge as Shape } from '../../shared/contract/fleet.ts';
import { clockTime, shortTime } from '../words/format.ts';
import { ageWords } from '../words/states.ts';
import { Badge } from './badge.tsx';

/** Says that feedback is not of now, why, and when the agent has read again at the latest. Nothing where it is fresh. */
export function FeedbackAge({ age }: { age: Shape | undefined }) {
  if (!age || age.state === 'fresh') return null;
  const { word, tone } = ageWords[age.state];
  return (
    <p className="kb-break">
      <Badge tone={tone} word={word} /> <span className="kb-subtle">{age.sentence}</span>
      {age.nextBy && (
        <span className="kb-subtle">
          {' '}
          Read again by{' '}
          <time dateTime={age.nextBy} title={clockTime(age.nextBy)}>
            {shortTime(age.nextBy, Date.now())}
          </time>{' '}
          at the latest.
        </span>
      )}
    </p>
  );
}
