import { Button } from '@patternfly/react-core';
import type { Run } from '../../../shared/contract/mirror.ts';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { useAct } from '../../state/use-call.ts';
import { DisksElsewhere } from './disks-elsewhere.tsx';
import { stepsOf, toKeys, toStore } from './steps.ts';

/** An import in such a state can be gone on with. */
const stands: ReadonlySet<Run['state']> = new Set(['paused', 'interrupted', 'failed']);

/** Where to go from a run that has ended, or waits. */
export function NextStep({ run }: { run: Run }) {
  const steps = stepsOf(run);
  return (
    <>
      {run.kind === 'export' && run.state === 'done' && (
        <p>
          Carry the disk to the site. There: Mirror, Bundles, Bring one in. The laptop there asks for this laptop’s key
          once: take it along from <a href={toKeys.href}>{toKeys.word}</a>.
        </p>
      )}
      {run.kind === 'import' && run.state === 'failed' && <TakeAnyway run={run} />}
      {run.kind === 'import' && stands.has(run.state) && <DisksElsewhere run={run} />}
      {steps.length > 0 && (
        <div className="kb-actions">
          {steps.map(({ word, href }, index) => (
            <Button
              key={word}
              component="a"
              size="sm"
              variant={
                word === toStore.word
                  ? 'link'
                  : index === 0 && run.state === 'done' && run.kind !== 'export'
                    ? 'primary'
                    : 'secondary'
              }
              href={href}
            >
              {word}
            </Button>
          ))}
        </div>
      )}
    </>
  );
}

const refused: Record<string, { word: string; anyway: 'older' | 'otherSite' }> = {
  'bundle.older': { word: 'Go back to the older bundle', anyway: 'older' },
  'bundle.otherSite': { word: 'Take it although it is for another site', anyway: 'otherSite' },
};

/** A bundle that was refused as older, or as another site's, may be wanted all the same: the same run goes on, with all that was chosen. */
function TakeAnyway({ run }: { run: Run }) {
  const go = useAct('mirror.resume', { quiet: true });
  const taken = refused[run.fault?.code ?? ''];
  if (!taken) return null;
  return (
    <>
      <div className="kb-actions">
        <Button
          variant="secondary"
          isLoading={go.busy}
          onClick={() => go.act({ id: run.id, anyway: [taken.anyway], wait: false })}
        >
          {taken.word}
        </Button>
      </div>
      {go.fault && <FaultAlert fault={go.fault} />}
    </>
  );
}
