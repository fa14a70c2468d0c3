import { count, percent } from '../words/format.ts';
import type { Tone } from '../words/states.ts';

export interface Share {
  key: string;
  word: string;
  tone: Tone;
  value: number;
}

/** Shares of a whole as one bar, said in words for those who cannot see it. With `legend` the counts stand below. */
export function StackedBar({
  shares,
  total,
  legend = false,
  onPick,
}: {
  shares: Share[];
  total: number;
  legend?: boolean;
  onPick?: (key: string) => void;
}) {
  const shown = shares.filter(({ value }) => value > 0);
  const words = shown.map(({ word, value }) => `${word} ${count(value)}`).join(', ') || 'none';
  return (
    <div className="kb-bar-box">
      <div className="kb-bar" role="img" aria-label={`${words} of ${count(total)}`}>
        {shown.map(({ key, tone, value, word }) => (
          <span
            key={key}
            data-tone={tone}
            data-key={key}
            style={{ flexGrow: value }}
            title={`${word}: ${count(value)} (${percent(value, total)})`}
          />
        ))}
      </div>
      {legend && (
        <ul className="kb-legend">
          {shown.map(({ key, word, tone, value }) => (
            <li key={key}>
              {onPick ? (
                <button type="button" className="kb-legend-button" onClick={() => onPick(key)}>
                  <span className="kb-state" data-tone={tone}>
                    {word}
                  </span>
                  <span className="kb-num">{count(value)}</span>
                </button>
              ) : (
                <>
                  <span className="kb-state" data-tone={tone}>
                    {word}
                  </span>
                  <span className="kb-num">{count(value)}</span>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
