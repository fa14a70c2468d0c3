import { Button, Form, FormGroup, Tab, Tabs, TabTitleText, TextArea, TextInput } from '@patternfly/react-core';
import { type ReactNode, useState } from 'react';
import type { KubeconfigSource } from '../../../shared/contract/hubs.ts';
import { useAct, useCall } from '../../state/use-call.ts';
import { splitPaths } from './split-paths.ts';

interface Props {
  /** What the button says. */
  action: string;
  busy: boolean;
  variant?: 'primary' | 'secondary';
  /** Paths to begin with, one a line or as in KUBECONFIG. */
  paths?: string;
  onSource: (source: KubeconfigSource) => void;
  onCancel: () => void;
  /** Fields between the kubeconfig and the buttons. */
  children?: ReactNode;
}

/** Where a kubeconfig comes from: files on the bastion, or pasted text. */
export function KubeconfigForm({ action, busy, variant = 'primary', onSource, onCancel, children, ...start }: Props) {
  const info = useCall('app.info', {});
  const [way, setWay] = useState<'path' | 'text'>('path');
  const [paths, setPaths] = useState(start.paths ?? '');
  const [text, setText] = useState('');
  const pick = useAct('shell.pickFiles', {
    done: ({ paths: chosen }) => chosen.length > 0 && setPaths(chosen.join('\n')),
  });
  const canPick = info.data?.shell.some((word) => word === 'pickFiles' || word === 'shell.pickFiles') ?? false;
  const ready = way === 'path' ? splitPaths(paths).length > 0 : text.trim() !== '';
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        onSource(way === 'path' ? { paths: splitPaths(paths) } : { text });
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
      {children}
      <div className="kb-actions">
        <Button type="submit" isDisabled={!ready} isLoading={busy} variant={variant}>
          {action}
        </Button>
        <Button variant="link" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </Form>
  );
}
