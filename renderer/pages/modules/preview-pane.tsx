import type { Preview } from '../../../shared/contract/modules.ts';
import { count, plural } from '../../words/format.ts';

/** Live: which spokes the text takes, kernel by kernel, which mapping and image, and what the hub would build. */
export function PreviewPane({ preview, old }: { preview: Preview | undefined; old: boolean }) {
  if (!preview) return <p className="kb-subtle">The preview appears as soon as the text can be read.</p>;
  return (
    <section aria-label="Preview" aria-busy={old} className={old ? 'kb-old' : ''}>
      <h2 className="kb-h">What it would do</h2>
      <p className="kb-lead">{preview.sentence}</p>
      <dl className="kb-counts kb-counts-small">
        <div>
          <dt>Selected</dt>
          <dd className="kb-num">{count(preview.matches)}</dd>
        </div>
        <div>
          <dt>Operative</dt>
          <dd className="kb-num">{count(preview.operativeMatches)}</dd>
        </div>
        <div>
          <dt>Fleet</dt>
          <dd className="kb-num">{count(preview.fleet)}</dd>
        </div>
        <div>
          <dt>Builds, staged</dt>
          <dd className="kb-num">{count(preview.buildsStaged)}</dd>
        </div>
        <div>
          <dt>Builds, all at once</dt>
          <dd className="kb-num">{count(preview.buildsPlain)}</dd>
        </div>
      </dl>
      <ul className="kb-cards kb-kernels">
        {preview.kernels.map((plan) => (
          <li key={`${plan.kernel}${plan.mapping}`}>
            <div className="kb-between">
              <strong className="kb-break">{plan.kernel || 'no kernel claim'}</strong>
              <span className="kb-num kb-subtle">{plural(plan.spokes, 'spoke')}</span>
            </div>
            {plan.mapping < 0 ? (
              <p>
                <span className="kb-state" data-tone="bad">
                  No mapping matches
                </span>
              </p>
            ) : (
              <p className="kb-subtle kb-break">
                Mapping {plan.mapping + 1} → <code>{plan.image || 'no image'}</code>
                {plan.build && ', built'}
                {plan.sign && ', signed'}
              </p>
            )}
          </li>
        ))}
      </ul>
      {preview.notCoveredTotal > 0 && (
        <>
          <h3 className="kb-h">Not covered: {plural(preview.notCoveredTotal, 'spoke')}</h3>
          <ul className="kb-lines">
            {preview.notCovered.slice(0, 10).map(({ spoke, reason }) => (
              <li key={spoke}>
                <strong>{spoke}</strong> <span className="kb-subtle">{reason}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
