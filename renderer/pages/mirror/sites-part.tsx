import { Button, Card, CardBody, CardFooter, CardTitle, ExpandableSection } from '@patternfly/react-core';
import RegistryIcon from '@patternfly/react-icons/dist/esm/icons/registry-icon';
import { useState } from 'react';
import type { SiteRow } from '../../../shared/contract/mirror.ts';
import { Age } from '../../parts/age.tsx';
import { Answer } from '../../parts/answer.tsx';
import { Badge } from '../../parts/badge.tsx';
import { EngineText } from '../../parts/engine-text.tsx';
import { Facts } from '../../parts/facts.tsx';
import { NothingYet } from '../../parts/states.tsx';
import { formatRoute } from '../../state/route.ts';
import { useToasts } from '../../state/toasts.ts';
import { useAct, useCall } from '../../state/use-call.ts';
import { useRoute } from '../../state/use-route.ts';
import { bytes, calendarDay, plural } from '../../words/format.ts';
import { inWindowText } from '../../words/in-window.ts';
import { ForgetSite } from './forget-site.tsx';
import { SiteDialog } from './site-dialog.tsx';
import { toBundles, toSets } from './steps.ts';
import { useRunning } from './use-running.ts';
import { abilityWords, healthWords } from './words.ts';

/** Registries: the sites images are pushed to, and sources that need more than auth files say. */
export function SitesPart() {
  const asked = useCall('mirror.sites', {});
  const empty = useCall('mirror.store', {}).data?.images === 0;
  const [editing, setEditing] = useState<SiteRow | 'new' | undefined>();
  const add = (first: boolean) => (
    <Button variant={first ? 'primary' : 'secondary'} onClick={() => setEditing('new')}>
      Add a registry
    </Button>
  );
  return (
    <Answer of={asked} what="the registries">
      {({ sites }) => (
        <>
          {sites.length === 0 ? (
            <NothingYet icon={RegistryIcon} title="No registry yet" next={add(true)}>
              The site’s registry is where clusters pull from. Add it with its authority (CA) and a user that may push.
            </NothingYet>
          ) : (
            <div className="kb-stack">
              <div className="kb-actions">{add(sites.filter(({ role }) => role === 'site').length !== 1)}</div>
              <div className="kb-hub-cards kb-wide-cards">
                {sites.map((site) => (
                  <SiteCard
                    key={site.id}
                    site={site}
                    empty={empty}
                    only={sites.filter(({ role }) => role === 'site').length === 1}
                    onEdit={() => setEditing(site)}
                  />
                ))}
              </div>
            </div>
          )}
          {editing && (
            <SiteDialog site={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />
          )}
        </>
      )}
    </Answer>
  );
}

/** A registry with what can be done about it. `empty`: there is nothing in the store that could be pushed. */
function SiteCard({ site, only, empty, onEdit }: { site: SiteRow; only: boolean; empty: boolean; onEdit: () => void }) {
  const { go } = useRoute();
  const toasts = useToasts();
  const check = useAct('mirror.checkSite');
  const push = useAct('mirror.push', { done: ({ run }) => go({ page: 'mirror', path: ['runs', run.id] }) });
  const verify = useAct('mirror.verifySite', {
    done: ({ missing, sentence }) =>
      toasts.say(missing.length > 0 ? 'warning' : 'success', sentence, missing.slice(0, 5).join(', ')),
  });
  const running = useRunning('push', site.id);
  const [forgetting, setForgetting] = useState(false);
  const health = healthWords[site.health];
  return (
    <Card>
      <CardTitle component="h2">
        <span className="kb-between">
          <span className="kb-break">{site.name}</span>
          <Badge tone={health.tone} word={health.word} title={inWindowText(site.sentence)} />
        </span>
      </CardTitle>
      <CardBody>
        <p className="kb-break">
          <code>{site.address}</code>
          {site.role === 'source' && <span className="kb-subtle"> · only read from</span>}
          {site.plainHttp && (
            <>
              {' '}
              <Badge tone="warn" word="plain HTTP" />
            </>
          )}
          {site.insecureTls && (
            <>
              {' '}
              <Badge tone="warn" word="certificate not checked" />
            </>
          )}
        </p>
        {site.sentence && (
          <p className="kb-subtle kb-break">
            <EngineText text={site.sentence} />
          </p>
        )}
        <Facts
          facts={[
            ['Checked', site.checkedAt ? <Age key="c" at={site.checkedAt} /> : 'never'],
            ...(site.role === 'site'
              ? ([
                  [
                    'Known to be there',
                    site.images === 0 ? 'nothing pushed from here; not asked yet' : plural(site.images, 'image'),
                  ],
                  ['All pullable', site.verifiedAt ? <Age key="v" at={site.verifiedAt} /> : 'not verified'],
                  ['Free space', site.freeBytes === null ? 'not told by the registry' : bytes(site.freeBytes)],
                ] as const)
              : []),
            ...(site.certificateUntil ? ([['Certificate until', calendarDay(site.certificateUntil)]] as const) : []),
          ]}
        />
        {site.abilities.length > 0 && (
          <ExpandableSection toggleText="What it can do">
            <ul className="kb-lines">
              {site.abilities.map(({ name, able, detail }) => (
                <li key={name} title={detail}>
                  <Badge
                    tone={able === 'yes' ? 'good' : able === 'no' && name === 'push' ? 'bad' : 'quiet'}
                    word={`${abilityWords[name]}: ${able}`}
                  />
                  {able !== 'yes' && detail && <span className="kb-subtle kb-break"> {detail}</span>}
                </li>
              ))}
            </ul>
          </ExpandableSection>
        )}
      </CardBody>
      <CardFooter className="kb-actions">
        {empty && site.role === 'site' && (
          <p className="kb-subtle kb-whole-line">
            Nothing can be pushed while the store is empty: <a href={toSets.href}>{toSets.word}</a>, or{' '}
            <a href={toBundles.href}>{toBundles.word}</a>.
          </p>
        )}
        <Button variant="secondary" isLoading={check.busy} onClick={() => check.act({ id: site.id })}>
          Check
        </Button>
        {site.role === 'site' && (
          <>
            {running ? (
              <Button
                component="a"
                variant="secondary"
                href={formatRoute({ page: 'mirror', path: ['runs', running.id] })}
              >
                See its push
              </Button>
            ) : (
              <Button
                variant={only ? 'primary' : 'secondary'}
                isDisabled={empty}
                isLoading={push.busy}
                onClick={() => push.act({ site: site.id, wait: false })}
              >
                Push the store
              </Button>
            )}
            <Button
              variant="secondary"
              isDisabled={site.images === 0}
              isLoading={verify.busy}
              onClick={() => verify.act({ id: site.id })}
            >
              Verify
            </Button>
          </>
        )}
        <Button variant="link" onClick={onEdit}>
          Edit
        </Button>
        <Button variant="link" onClick={() => setForgetting(true)}>
          Forget…
        </Button>
        {forgetting && <ForgetSite site={site} onClose={() => setForgetting(false)} />}
      </CardFooter>
    </Card>
  );
}
