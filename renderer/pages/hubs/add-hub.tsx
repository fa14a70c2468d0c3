import {
  Breadcrumb,
  BreadcrumbItem,
  Button,
  Form,
  FormGroup,
  PageSection,
  Tab,
  Tabs,
  TabTitleText,
  TextArea,
  TextInput,
  Title,
} from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { KubeconfigSource } from '../../../shared/contract/hubs.ts';
import type { Output } from '../../../shared/contract.ts';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { formatRoute, parseRoute } from '../../state/route.ts';
import { useAct, useCall } from '../../state/use-call.ts';
import { Contexts } from './contexts.tsx';
import { splitPaths } from './split-paths.ts';

interface Props {
  onClose: () => void;
  onAdded: (hub: string) => void;
}

/** From a kubeconfig to a known hub: read it, see its contexts and questions, choose, connect. */
export function AddHub({ onClose, onAdded }: Props) {
  const info = useCall('app.info', {});
  const queries = useQueryClient();
  const [way, setWay] = useState<'path' | 'text'>('path');
  // A kubeconfig opened from the file manager comes in the address.
  const [paths, setPaths] = useState(() => parseRoute(location.hash).query['paths'] ?? '');
  const [text, setText] = useState('');
  const [read, setRead] = useState<{ source: KubeconfigSource; found: Output<'hubs.inspect'> } | undefined>();
  const source: KubeconfigSource = way === 'path' ? { paths: splitPaths(paths) } : { text };
  const inspect = useAct('hubs.inspect', { quiet: true });
  const pick = useAct('shell.pickFiles', {
    done: ({ paths: chosen }) => chosen.length > 0 && setPaths(chosen.join('\n')),
  });
  const canPick = info.data?.shell.some((word) => word === 'pickFiles' || word === 'shell.pickFiles') ?? false;
  const ready = way === 'path' ? splitPaths(paths).length > 0 : text.trim() !== '';
  async function look() {
    setRead(undefined);
    const found = await inspect.ask(source).catch(() => undefined);
    if (found) setRead({ source, found });
  }
  return (
    <PageSection className="kb-page kb-narrow" hasBodyWrapper={false} aria-label="Add a hub">
      <Breadcrumb>
        <BreadcrumbItem to={formatRoute({ page: 'hubs' })}>Hubs</BreadcrumbItem>
        <BreadcrumbItem isActive>Add</BreadcrumbItem>
      </Breadcrumb>
      <Title headingLevel="h1">Add a hub</Title>
      <Form
        onSubmit={(event) => {
          event.preventDefault();
          void look();
        }}
      >
        <Tabs
          activeKey={way}
          onSelect={(_event, key) => setWay(key === 'text' ? 'text' : 'path')}
          aria-label="Where the kubeconfig is"
          role="region"
          mountOnEnter
          unmountOnExit
        >
          <Tab eventKey="path" title={<TabTitleText>A file on the bastion</TabTitleText>}>
            <FormGroup label="Path, or several as in KUBECONFIG" fieldId="paths">
              <div className="kb-inline-form">
                <TextInput
                  id="paths"
                  value={paths}
                  placeholder="~/.kube/config"
                  onChange={(_event, value) => setPaths(value)}
                  autoComplete="off"
                />
                {canPick && (
                  <Button
                    variant="secondary"
                    isLoading={pick.busy}
                    onClick={() => pick.act({ title: 'Choose kubeconfigs', kind: 'kubeconfig', many: true })}
                  >
                    Choose…
                  </Button>
                )}
              </div>
              <p className="kb-subtle">Files are read where they are, and merged in this order. They are not copied.</p>
            </FormGroup>
          </Tab>
          <Tab eventKey="text" title={<TabTitleText>Paste it</TabTitleText>}>
            <FormGroup label="Kubeconfig" fieldId="text">
              <TextArea
                id="text"
                value={text}
                rows={10}
                resizeOrientation="vertical"
                className="kb-mono"
                spellCheck={false}
                onChange={(_event, value) => setText(value)}
              />
              <p className="kb-subtle">It is kept in this application’s folder, readable by you alone.</p>
            </FormGroup>
          </Tab>
        </Tabs>
        <div className="kb-actions">
          <Button type="submit" isDisabled={!ready} isLoading={inspect.busy} variant={read ? 'secondary' : 'primary'}>
            Read it
          </Button>
          <Button variant="link" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </Form>
      {inspect.fault && <FaultAlert fault={inspect.fault} />}
      {read && (
        <Contexts
          source={read.source}
          found={read.found}
          onAgain={() => void look()}
          onAdded={(hub) => {
            void queries.invalidateQueries({ queryKey: ['hubs.list'] }).then(() => onAdded(hub));
          }}
        />
      )}
    </PageSection>
  );
}
