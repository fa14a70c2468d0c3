import { Breadcrumb, BreadcrumbItem, Button, PageSection, Title } from '@patternfly/react-core';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Output } from '../../../shared/contract.ts';
import { forget, loadDraft, saveDraft } from '../../editor/draft.ts';
import { Findings } from '../../editor/findings.tsx';
import { rootSchema, type Schema } from '../../editor/schema-path.ts';
import { YamlEditor } from '../../editor/yaml-editor.tsx';
import { Answer } from '../../parts/answer.tsx';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { formatRoute } from '../../state/route.ts';
import { useCall } from '../../state/use-call.ts';
import { useRoute } from '../../state/use-route.ts';
import { plural } from '../../words/format.ts';
import { ApplyDialog } from './apply-dialog.tsx';
import { PreviewPane } from './preview-pane.tsx';
import { useCheck } from './use-check.ts';

type Hub = Output<'hubs.list'>['hubs'][number];

/** A module's text with what it would do beside it. A new one starts from the template, or from a draft left behind. */
export function EditPage({ hub, name }: { hub: Hub; name?: string }) {
  const template = useCall('modules.template', { hub: hub.id }, { enabled: name === undefined });
  const live = useCall('modules.get', { hub: hub.id, name: name ?? '-' }, { enabled: name !== undefined });
  const start = name === undefined ? template : live;
  const back = formatRoute({ page: 'modules', hub: hub.id, path: name === undefined ? [] : ['m', name] });
  return (
    <PageSection className="kb-fill kb-page" hasBodyWrapper={false} aria-label="Module editor">
      <Breadcrumb>
        <BreadcrumbItem to={formatRoute({ page: 'modules', hub: hub.id })}>Modules</BreadcrumbItem>
        {name !== undefined && <BreadcrumbItem to={back}>{name}</BreadcrumbItem>}
        <BreadcrumbItem isActive>{name === undefined ? 'New' : 'Edit'}</BreadcrumbItem>
      </Breadcrumb>
      <Answer of={start} what={name === undefined ? 'a template' : `module ${name}`}>
        {({ yaml }) => <Editor hub={hub} name={name} start={yaml} />}
      </Answer>
    </PageSection>
  );
}

function Editor({ hub, name, start }: { hub: Hub; name: string | undefined; start: string }) {
  const { go } = useRoute();
  // Read once: when the live object changes under the editor, the text being written must not.
  const first = useRef({ text: loadDraft(hub.id, name) ?? start, from: start });
  const [text, setText] = useState(first.current.text);
  const [goTo, setGoTo] = useState<{ line: number; id: number } | undefined>();
  const [applying, setApplying] = useState(false);
  const schema = useCall('modules.schema', { hub: hub.id });
  const root = useMemo(() => rootSchema((schema.data?.schema ?? undefined) as Schema | undefined), [schema.data]);
  const check = useCheck(hub.id, text);
  const changed = text !== first.current.from;
  useEffect(() => {
    const timer = setTimeout(() => (changed ? saveDraft(hub.id, name, text) : forget(hub.id, name)), 400);
    return () => clearTimeout(timer);
  }, [changed, text, hub.id, name]);
  const errors = check.findings.filter(({ severity }) => severity === 'error');
  const blocking = errors.filter(({ rule }) => !rule.startsWith('selection.'));
  return (
    <>
      <div className="kb-head">
        <Title headingLevel="h1" className="kb-break">
          {name === undefined ? 'New module' : `Edit ${name}`}
        </Title>
        <span className="kb-spring" />
        {changed && (
          <Button
            variant="link"
            onClick={() => {
              forget(hub.id, name);
              setText(first.current.from);
            }}
          >
            {name === undefined ? 'Start over' : 'Back to what the hub has'}
          </Button>
        )}
        <span className="kb-subtle" role="status">
          {check.old ? 'Checking…' : errors.length > 0 ? plural(errors.length, 'error') : 'No errors'}
        </span>
        <Button isDisabled={check.old || blocking.length > 0} onClick={() => setApplying(true)}>
          Review and apply
        </Button>
      </div>
      <div className="kb-split">
        <div className="kb-split-main">
          <YamlEditor text={text} onChange={setText} schema={root} findings={check.findings} goTo={goTo} />
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and may hold nothing else to focus */}
        <aside className="kb-split-side" aria-label="What this text would do" tabIndex={0}>
          {schema.data && schema.data.schema === null && (
            <p className="kb-subtle">
              This hub serves no ManagedClusterModule yet: install KMM on it first. You can write and check here
              meanwhile.
            </p>
          )}
          {check.fault && <FaultAlert fault={check.fault} />}
          <Findings findings={check.findings} onGo={(line) => setGoTo((now) => ({ line, id: (now?.id ?? 0) + 1 }))} />
          <PreviewPane preview={check.preview} old={check.old} />
        </aside>
      </div>
      {applying && (
        <ApplyDialog
          hub={hub}
          yaml={text}
          findings={check.findings}
          preview={check.preview}
          onClose={() => setApplying(false)}
          onApplied={(module) => {
            forget(hub.id, name);
            go({ page: 'modules', hub: hub.id, path: ['m', module] });
          }}
        />
      )}
    </>
  );
}
