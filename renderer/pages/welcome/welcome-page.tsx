import {
  Button,
  Card,
  CardBody,
  CardFooter,
  CardTitle,
  PageSection,
  Title,
  ToggleGroup,
  ToggleGroupItem,
} from '@patternfly/react-core';
import FlaskIcon from '@patternfly/react-icons/dist/esm/icons/flask-icon';
import FolderOpenIcon from '@patternfly/react-icons/dist/esm/icons/folder-open-icon';
import HddIcon from '@patternfly/react-icons/dist/esm/icons/hdd-icon';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import icon from '../../icon.svg';
import { Answer } from '../../parts/answer.tsx';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { formatRoute } from '../../state/route.ts';
import { useAct, useCall } from '../../state/use-call.ts';
import { useRoute } from '../../state/use-route.ts';
import { count } from '../../words/format.ts';
import { PractiseButton } from '../mirror/practise-button.tsx';

const speeds = [1, 10, 60];

/** The first thing a newcomer sees: two ways in, one of them without any cluster. */
export function WelcomePage({ first }: { first: boolean }) {
  const scenarios = useCall('lab.scenarios', {});
  const lab = useCall('lab.status', {});
  const queries = useQueryClient();
  const { go } = useRoute();
  const open = (hub: string | undefined) => {
    void queries.invalidateQueries({ queryKey: ['hubs.list'] });
    go(hub === undefined ? { page: 'hubs' } : { page: 'fleet', hub });
  };
  const [speed, setSpeed] = useState(10);
  const start = useAct('lab.start', { quiet: true, done: ({ hub }) => open(hub) });
  const running = lab.data?.running ? lab.data : undefined;
  return (
    <PageSection className="kb-page kb-welcome" hasBodyWrapper={false} aria-label="Welcome">
      <header>
        <img src={icon} alt="" width={56} height={56} />
        <Title headingLevel="h1" size="3xl">
          {first ? 'Welcome to KMM Bastion' : 'Start'}
        </Title>
        <p className="kb-lead">
          Kernel modules for your fleet: from this laptop to a proven load on every spoke, also without a network.
        </p>
      </header>
      <div className="kb-ways-in">
        <Card isLarge>
          <CardTitle component="h2">
            <FolderOpenIcon /> Open a kubeconfig
          </CardTitle>
          <CardBody>
            Connect to your hub. Nothing is run and nothing is sent before you have seen the contexts it holds and
            answered what they would do on this machine.
          </CardBody>
          <CardFooter>
            <Button component="a" size="lg" href={formatRoute({ page: 'hubs', path: ['new'] })}>
              Open a kubeconfig
            </Button>
          </CardFooter>
        </Card>
        <Card isLarge className="kb-long-way">
          <CardTitle component="h2">
            <FlaskIcon /> Try the practice hub
          </CardTitle>
          <CardBody>
            <p>
              A whole fleet on this laptop, with a real API and the real faults. Do the day there first: nothing can
              break.
            </p>
            {running ? (
              <Button variant="secondary" size="lg" className="kb-below" onClick={() => open(running.hub)}>
                Open the running one: {running.scenario}
              </Button>
            ) : (
              <Answer of={scenarios} what="the scenarios">
                {({ scenarios: list }) => (
                  <ul className="kb-scenarios">
                    {list.map(({ name, title, spokes, sentence }) => (
                      <li key={name}>
                        <button
                          type="button"
                          disabled={start.busy}
                          onClick={() => start.act({ scenario: name, speed })}
                        >
                          <strong>{title}</strong>
                          <span className="kb-num kb-subtle">{count(spokes)} spokes</span>
                          <span className="kb-subtle">{sentence}</span>
                        </button>
                      </li>
                    ))}
                  </ul>
                )}
              </Answer>
            )}
            {!running && (
              <div className="kb-speed">
                <span className="kb-subtle">Its clock runs</span>
                <ToggleGroup aria-label="How fast its clock runs">
                  {speeds.map((each) => (
                    <ToggleGroupItem
                      key={each}
                      text={each === 1 ? 'as yours' : `${each} times as fast`}
                      buttonId={`speed-${each}`}
                      isSelected={each === speed}
                      onChange={() => setSpeed(each)}
                    />
                  ))}
                </ToggleGroup>
              </div>
            )}
            {start.busy && (
              <p className="kb-subtle" role="status">
                Starting the practice hub and connecting to it…
              </p>
            )}
            {start.fault && <FaultAlert fault={start.fault} />}
          </CardBody>
        </Card>
        <Card isLarge>
          <CardTitle component="h2">
            <HddIcon /> Practise the mirror
          </CardTitle>
          <CardBody>
            Made-up OpenShift releases, a catalog and KMM on one side, an empty site registry on the other, both on this
            laptop: plan, pull, write a bundle, push.
          </CardBody>
          <CardFooter>
            <PractiseButton variant="secondary" size="lg" />
          </CardFooter>
        </Card>
      </div>
    </PageSection>
  );
}
