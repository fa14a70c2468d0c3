import type { AccessFeature } from '../../../shared/contract/hubs.ts';
import type { Output } from '../../../shared/contract.ts';
import { Answer } from '../../parts/answer.tsx';
import { Badge } from '../../parts/badge.tsx';
import { NothingYet } from '../../parts/states.tsx';
import { useCall } from '../../state/use-call.ts';
import type { Tone } from '../../words/states.ts';

type Hub = Output<'hubs.list'>['hubs'][number];
const words: Record<AccessFeature['allowed'], { word: string; tone: Tone }> = {
  yes: { word: 'Yes', tone: 'good' },
  partly: { word: 'Partly', tone: 'warn' },
  no: { word: 'No', tone: 'warn' },
  absent: { word: 'Not on this hub', tone: 'quiet' },
};

/** Feature by feature, whether this identity may, and which right is missing: a text to send to the hub's administrator. */
export function AccessPart({ hub }: { hub: Hub }) {
  const away = hub.phase === 'disconnected' || hub.phase === 'refused';
  const asked = useCall('hubs.access', { hub: hub.id }, { enabled: !away });
  if (away)
    return (
      <NothingYet title="Not connected">Only the hub can say what you may do there. Connect to it first.</NothingYet>
    );
  return (
    <Answer of={asked} what="your rights">
      {({ identity, features }) => (
        <div className="kb-stack">
          <p className="kb-lead">
            You are <strong className="kb-break">{identity}</strong> there.
          </p>
          <ul className="kb-cards">
            {features.map(({ feature, allowed, sentence, missing }) => (
              <li key={feature}>
                <div className="kb-between">
                  <span className="kb-break">{sentence}</span>
                  <Badge tone={words[allowed].tone} word={words[allowed].word} />
                </div>
                {missing.length > 0 && <pre className="kb-pre">{missing.join('\n')}</pre>}
              </li>
            ))}
          </ul>
        </div>
      )}
    </Answer>
  );
}
