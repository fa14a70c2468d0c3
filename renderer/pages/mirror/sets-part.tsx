import { Button, Card, CardBody, CardFooter, CardTitle } from '@patternfly/react-core';
import ListIcon from '@patternfly/react-icons/dist/esm/icons/list-icon';
import { useState } from 'react';
import type { SetRow } from '../../../shared/contract/mirror.ts';
import { Age } from '../../parts/age.tsx';
import { Answer } from '../../parts/answer.tsx';
import { Facts } from '../../parts/facts.tsx';
import { NothingYet } from '../../parts/states.tsx';
import { formatRoute } from '../../state/route.ts';
import { useAct, useCall } from '../../state/use-call.ts';
import { count } from '../../words/format.ts';
import { ForgetSet } from './forget-set.tsx';
import { ImportDialog } from './import-dialog.tsx';
import { PractiseButton } from './practise-button.tsx';
import { useRunning } from './use-running.ts';

const newLink = formatRoute({ page: 'mirror', path: ['new-set'] });

/** What is wanted at sites, by name. */
export function SetsPart() {
  const asked = useCall('mirror.sets', {});
  const [importing, setImporting] = useState(false);
  const actions = (first: boolean) => (
    <>
      <Button component="a" variant={first ? 'primary' : 'secondary'} href={newLink}>
        New image set
      </Button>
      <Button variant="secondary" onClick={() => setImporting(true)}>
        From oc-mirror…
      </Button>
      <PractiseButton />
    </>
  );
  return (
    <Answer of={asked} what="the image sets">
      {({ sets }) => (
        <>
          {sets.length === 0 ? (
            <NothingYet icon={ListIcon} title="No image set yet" next={actions(true)}>
              An image set says what a site needs: OpenShift releases, operator catalogs, KMM, driver toolkits, your own
              images. Write one, bring the one you use with oc-mirror, or practise with made-up releases on this laptop.
            </NothingYet>
          ) : (
            <div className="kb-stack">
              <div className="kb-actions">{actions(sets.length > 1)}</div>
              <div className="kb-hub-cards kb-wide-cards">
                {sets.map((set) => (
                  <SetCard key={set.name} set={set} only={sets.length === 1} />
                ))}
              </div>
            </div>
          )}
          {importing && <ImportDialog onClose={() => setImporting(false)} />}
        </>
      )}
    </Answer>
  );
}

function SetCard({ set, only }: { set: SetRow; only: boolean }) {
  const pull = useAct('mirror.pull');
  const running = useRunning('pull', set.name);
  const [forgetting, setForgetting] = useState(false);
  const link = formatRoute({ page: 'mirror', path: ['sets', set.name] });
  return (
    <Card>
      <CardTitle component="h2">
        <a href={link}>{set.name}</a>
      </CardTitle>
      <CardBody>
        <p className="kb-break">{set.sentence}</p>
        <Facts
          facts={[
            [
              'In the store',
              set.images === null || set.inStore === null
                ? 'not looked at yet'
                : `${count(set.inStore)} of ${count(set.images)} that can be had`,
            ],
            ['Looked at', set.plannedAt ? <Age key="age" at={set.plannedAt} /> : 'never'],
          ]}
        />
      </CardBody>
      <CardFooter className="kb-actions">
        <Button component="a" href={`${link}?tab=plan`} variant={only ? 'primary' : 'secondary'}>
          Plan
        </Button>
        {running ? (
          <Button component="a" variant="secondary" href={formatRoute({ page: 'mirror', path: ['runs', running.id] })}>
            See its pull
          </Button>
        ) : (
          <Button variant="secondary" isLoading={pull.busy} onClick={() => pull.act({ set: set.name, wait: false })}>
            Pull
          </Button>
        )}
        <Button component="a" href={link} variant="link">
          Edit
        </Button>
        <Button variant="link" onClick={() => setForgetting(true)}>
          Forget…
        </Button>
        {forgetting && <ForgetSet name={set.name} onClose={() => setForgetting(false)} />}
      </CardFooter>
    </Card>
  );
}
