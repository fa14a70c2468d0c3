import type { SpokeDetail } from '../../../shared/contract/fleet.ts';
import { Age } from '../../parts/age.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Facts } from '../../parts/facts.tsx';
import { formatRoute } from '../../state/route.ts';
import { plural } from '../../words/format.ts';
import { kmmWords, loadWords, type Tone } from '../../words/states.ts';

const tones: Record<'good' | 'bad' | 'neutral', Tone> = { good: 'good', bad: 'bad', neutral: 'quiet' };

/** What a person wants to know first: does it work, why not, what runs, which modules are loaded. */
export function SpokeFacts({ hub, detail }: { hub: string; detail: SpokeDetail }) {
  const { row, conditions, nodeNames, addons, policies } = detail;
  return (
    <div className="kb-stack">
      <p className={row.operative ? 'kb-lead' : 'kb-lead kb-lead-bad'}>
        {row.operative ? 'Operative' : 'Not operative'}
        {row.reason && `: ${row.reason}`}
        <span className="kb-subtle">
          {' '}
          <Age at={row.since} as="for" by="hub" />
        </span>
      </p>
      <Facts
        facts={[
          ['OpenShift', row.openshift || 'unknown'],
          ['Kubernetes', row.kubernetes || 'unknown'],
          [
            'Kernels',
            row.kernels.length > 0
              ? row.kernels.join(', ')
              : row.claimsCut
                ? 'No kernel claim, probably cut off: 20 other custom claims are reported'
                : row.kmm === 'installed'
                  ? 'No kernel claim, though KMM is installed: is KMM_MANAGED=1 set?'
                  : 'No kernel claim: KMM is not known to run there',
          ],
          ['Nodes', `${plural(row.nodes, 'node')}${nodeNames.length > 0 ? `: ${nodeNames.join(', ')}` : ''}`],
          [
            'KMM',
            <Badge
              key="kmm"
              tone={kmmWords[row.kmm].tone}
              word={kmmWords[row.kmm].word}
              title={kmmWords[row.kmm].means}
            />,
          ],
        ]}
      />
      <section>
        <h3 className="kb-h">Modules</h3>
        {row.modules.length === 0 && <p className="kb-subtle">No module selects this spoke.</p>}
        <ul className="kb-lines">
          {row.modules.map(({ module, state, reason }) => (
            <li key={module}>
              <a href={formatRoute({ page: 'modules', hub, path: ['m', module], query: { search: row.name } })}>
                {module}
              </a>
              <Badge tone={loadWords[state].tone} word={loadWords[state].word} title={loadWords[state].means} />
              {reason && <div className="kb-subtle kb-break">{reason}</div>}
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h3 className="kb-h">Conditions</h3>
        <ul className="kb-lines">
          {conditions.map(({ type, sentence, tone, message, since }) => (
            <li key={type}>
              <Badge tone={tones[tone]} word={sentence} title={`${type}: ${message}`} />
              <span className="kb-faint">
                <Age at={since} as="for" by="hub" />
              </span>
            </li>
          ))}
          {conditions.length === 0 && <li className="kb-subtle">The hub has reported no condition yet.</li>}
        </ul>
      </section>
      {policies.length > 0 && (
        <section>
          <h3 className="kb-h">Policies</h3>
          <ul className="kb-lines">
            {policies.map(({ name, compliant, message }) => (
              <li key={name}>
                <Badge
                  tone={compliant === 'Compliant' ? 'good' : compliant === 'NonCompliant' ? 'warn' : 'quiet'}
                  word={name}
                  title={compliant}
                />
                {message && <div className="kb-subtle kb-break">{message}</div>}
              </li>
            ))}
          </ul>
        </section>
      )}
      {addons.length > 0 && (
        <section>
          <h3 className="kb-h">Add-ons</h3>
          <ul className="kb-lines">
            {addons.map(({ name, state, message }) => (
              <li key={name}>
                <Badge
                  tone={state === 'True' || state === 'available' ? 'good' : 'quiet'}
                  word={name}
                  title={message || state}
                />
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
