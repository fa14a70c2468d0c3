import { Button } from '@patternfly/react-core';
import type { Run } from '../../../shared/contract/mirror.ts';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { useAct } from '../../state/use-call.ts';
import { useRoute } from '../../state/use-route.ts';
import { stepsOf, toKeys, toStore } from './steps.ts';

/** Where to go from a run that has ended. */
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

const refused: Record<string, string> = {
  'bundle.older': 'Go back to the older bundle',
  'bundle.otherSite': 'Take it although it is for another site',
};

/** A bundle that was refused as older, or as another site's, may be wanted all the same. */
function TakeAnyway({ run }: { run: Run }) {
  const { go } = useRoute();
  const bring = useAct('mirror.import', {
    quiet: true,
    done: ({ run: { id } }) => go({ page: 'mirror', path: ['runs', id] }),
  });
  const words = refused[run.fault?.code ?? ''];
  if (!words) return null;
  return (
    <>
      <div className="kb-actions">
        <Button
          variant="secondary"
          isLoading={bring.busy}
          onClick={() =>
            bring.act({
              folders: run.place.split(', '),
              // The site is looked at before the age: what is refused as older was let through, or fits.
              anyway: run.fault?.code === 'bundle.older' ? ['otherSite', 'older'] : ['otherSite'],
              wait: false,
            })
          }
        >
          {words}
        </Button>
      </div>
      {bring.fault && <FaultAlert fault={bring.fault} />}
    </>
  );
}
