import {
  Breadcrumb,
  BreadcrumbItem,
  Button,
  PageSection,
  Tab,
  Tabs,
  TabTitleText,
  Title,
} from '@patternfly/react-core';
import { useEffect, useState } from 'react';
import type { Plan } from '../../../shared/contract/mirror.ts';
import { forget, loadDraft, saveDraft } from '../../editor/draft.ts';
import { Answer } from '../../parts/answer.tsx';
import { Badge } from '../../parts/badge.tsx';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { Loading } from '../../parts/states.tsx';
import { formatRoute } from '../../state/route.ts';
import { useToasts } from '../../state/toasts.ts';
import { useAct, useCall } from '../../state/use-call.ts';
import { useRoute } from '../../state/use-route.ts';
import { plural } from '../../words/format.ts';
import type { Tone } from '../../words/states.ts';
import { PlanPart } from './plan-part.tsx';
import { SetEditor } from './set-editor.tsx';
import { SetForm } from './set-form.tsx';
import { useSetCheck } from './use-set-check.ts';
import { useSetForm } from './use-set-form.ts';

/** An image set: its text or a form over it, findings beside it, and what fetching it would mean. */
export function SetPage({ name }: { name: string | undefined }) {
  const template = useCall('mirror.template', {}, { enabled: name === undefined });
  const stored = useCall('mirror.set', { name: name ?? '-' }, { enabled: name !== undefined });
  const start = name === undefined ? template : stored;
  return (
    <PageSection className="kb-fill kb-page" hasBodyWrapper={false} aria-label="Image set">
      <Breadcrumb>
        <BreadcrumbItem to={formatRoute({ page: 'mirror' })}>Mirror</BreadcrumbItem>
        <BreadcrumbItem isActive>{name ?? 'New image set'}</BreadcrumbItem>
      </Breadcrumb>
      <Answer of={start} what="the image set">
        {({ yaml }) => <Opened key={name ?? ''} name={name} first={yaml} />}
      </Answer>
    </PageSection>
  );
}

function worstOf(errors: number, warnings: number): { tone: Tone; word: string } | undefined {
  if (errors > 0) return { tone: 'bad', word: plural(errors, 'error') };
  return warnings > 0 ? { tone: 'warn', word: plural(warnings, 'warning') } : undefined;
}

type Part = 'yaml' | 'form' | 'plan';

function Opened({ name, first }: { name: string | undefined; first: string }) {
  const { route, go, refine } = useRoute();
  const toasts = useToasts();
  const [text, setText] = useState(() => loadDraft('mirror', name) ?? first);
  const [saved, setSaved] = useState(name === undefined ? '' : first);
  const [plan, setPlan] = useState<Plan | undefined>();
  const [site, setSite] = useState('');
  const check = useSetCheck(text);
  const form = useSetForm({
    ...{ text, set: check.set, old: check.old },
    onText: (yaml) => {
      setText(yaml);
      // The page may be left already.
      saveDraft('mirror', name, yaml);
    },
  });
  const edit = (yaml: string) => {
    form.drop();
    setText(yaml);
  };
  const asked = route.query['tab'];
  const part: Part = asked === 'form' || asked === 'plan' ? asked : 'yaml';
  const save = useAct('mirror.save', {
    quiet: true,
    done: (row, { yaml }) => {
      // More may have been typed meanwhile.
      setSaved(yaml);
      setPlan(undefined);
      forget('mirror', name);
      if (text !== yaml) saveDraft('mirror', row.name, text);
      toasts.say('success', `${row.name} is saved.`, row.sentence);
      if (row.name !== name) go({ page: 'mirror', path: ['sets', row.name], query: { tab: part } });
    },
  });
  const changed = text !== saved || form.writing || form.fault !== undefined;
  useEffect(() => {
    if (text === first || text === saved) forget('mirror', name);
    else saveDraft('mirror', name, text);
  }, [text, first, saved, name]);
  const errors = check.findings.filter(({ severity }) => severity === 'error').length;
  // What was found on an earlier text may be mended: the engine says when it is not.
  const wrong = errors > 0 && !check.old && !form.writing;
  const worst = worstOf(errors, check.findings.filter(({ severity }) => severity === 'warning').length);
  const saveAll = async () => {
    const yaml = await form.settled();
    if (yaml !== undefined) save.act({ yaml, was: name ?? '' });
  };
  const saveButton = (
    <Button
      variant={changed ? 'primary' : 'plain'}
      isDisabled={!changed || wrong}
      isLoading={save.busy}
      onClick={() => void saveAll()}
    >
      {changed ? 'Save' : 'Saved'}
    </Button>
  );
  return (
    <>
      <div className="kb-head">
        <Title headingLevel="h1" className="kb-break">
          {name ?? 'New image set'}
        </Title>
        <span className="kb-subtle kb-break">{check.sentence}</span>
        {worst && (
          <a href={formatRoute({ ...route, query: { tab: 'yaml' } })} className="kb-hub-state">
            <Badge tone={worst.tone} word={worst.word} title="See them beside the text" />
          </a>
        )}
        <span className="kb-spring" />
        {(text !== first || form.fault) && changed && (
          <Button variant="link" onClick={() => edit(saved || first)}>
            {name === undefined ? 'Start over' : 'Back to what is saved'}
          </Button>
        )}
        {saveButton}
        {!changed && part !== 'plan' && (
          <Button component="a" href={formatRoute({ ...route, query: { tab: 'plan' } })}>
            Plan it
          </Button>
        )}
      </div>
      {save.fault && <FaultAlert fault={save.fault} />}
      {form.fault && <FaultAlert fault={form.fault} />}
      <Tabs
        activeKey={part}
        onSelect={(_event, key) => refine({ tab: String(key) })}
        aria-label="Ways to see the image set"
        className="kb-tabs"
        mountOnEnter
        unmountOnExit
      >
        <Tab eventKey="yaml" title={<TabTitleText>Text</TabTitleText>}>
          {form.writing ? (
            <Loading what="Writing the form’s change into the text" />
          ) : (
            <SetEditor text={text} onChange={edit} findings={check.findings} fault={check.fault} />
          )}
        </Tab>
        <Tab eventKey="form" title={<TabTitleText>Form</TabTitleText>}>
          <SetForm form={form} reading={check.old} findings={check.findings} />
        </Tab>
        <Tab eventKey="plan" title={<TabTitleText>Plan</TabTitleText>}>
          <PlanPart
            set={name}
            changed={changed}
            plan={plan}
            onPlan={setPlan}
            site={site}
            onSite={setSite}
            save={
              <Button isDisabled={wrong} isLoading={save.busy} onClick={() => void saveAll()}>
                Save it
              </Button>
            }
          />
        </Tab>
      </Tabs>
    </>
  );
}
