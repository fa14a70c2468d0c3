import type { Finding } from '../../shared/contract/modules.ts';
import { EngineText } from '../parts/engine-text.tsx';
import type { Tone } from '../words/states.ts';
import { sortFindings } from './diagnostics.ts';

const tones: Record<Finding['severity'], Tone> = { error: 'bad', warning: 'warn', info: 'quiet' };

/** Lint in words: what, where, what to do, which spokes. A click goes to the line. */
export function Findings({ findings, onGo }: { findings: readonly Finding[]; onGo?: (line: number) => void }) {
  if (findings.length === 0) return null;
  return (
    <section aria-label="Findings">
      <h2 className="kb-h">Findings</h2>
      <ul className="kb-findings">
        {sortFindings(findings).map((finding, index) => (
          <li key={`${finding.rule}${finding.line ?? ''}${index}`} data-tone={tones[finding.severity]}>
            <p>
              <span className="kb-state" data-tone={tones[finding.severity]}>
                {finding.severity}
              </span>{' '}
              {onGo && finding.line !== undefined ? (
                <button type="button" className="kb-link" onClick={() => onGo(finding.line ?? 1)}>
                  line {finding.line}
                </button>
              ) : null}{' '}
              <code className="kb-faint kb-break">{finding.field}</code>
            </p>
            <p className="kb-break">{finding.message}</p>
            {finding.remedy && (
              <p className="kb-subtle kb-break">
                <EngineText text={finding.remedy} />
              </p>
            )}
            {finding.spokes.length > 0 && (
              <p className="kb-faint kb-break">
                {finding.spokes.slice(0, 8).join(', ')}
                {finding.spokes.length > 8 ? ` and ${finding.spokes.length - 8} more` : ''}
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
