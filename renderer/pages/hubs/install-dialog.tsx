import {
  Alert,
  Button,
  ExpandableSection,
  Form,
  FormGroup,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  TextInput,
} from '@patternfly/react-core';
import { useState } from 'react';
import type { Input, Output } from '../../../shared/contract.ts';
import { DiffList } from '../../parts/diff-view.tsx';
import { Facts } from '../../parts/facts.tsx';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { Loading } from '../../parts/states.tsx';
import { YamlView } from '../../parts/yaml-view.tsx';
import { useToasts } from '../../state/toasts.ts';
import { useAct, useCall } from '../../state/use-call.ts';
import { count, plural } from '../../words/format.ts';
import { formatSelector, parseSelector } from './selector.ts';

type Hub = Output<'hubs.list'>['hubs'][number];
type Params = NonNullable<Input<'install.plan'>['params']>;
const ways = {
  olm: 'by a Subscription of the hub’s OLM',
  policy: 'by an ACM policy',
  work: 'by manifest works, since this hub serves no policies',
} as const;

/** The plan of an installation: parameters, every object with its diff, then apply. */
export function InstallDialog({ hub, where, onClose }: { hub: Hub; where: 'hub' | 'spokes'; onClose: () => void }) {
  const [params, setParams] = useState<Params>({});
  const [asked, setAsked] = useState<Params>({});
  const toasts = useToasts();
  const plan = useCall('install.plan', { hub: hub.id, where, params: asked }, { keep: true });
  const apply = useAct('install.apply', {
    quiet: true,
    done: ({ sentence }) => {
      toasts.say('success', sentence);
      onClose();
    },
  });
  const changed = JSON.stringify(params) !== JSON.stringify(asked);
  const set = (key: keyof Params, value: string) => {
    const { [key]: _gone, ...rest } = params;
    setParams(value === '' ? rest : { ...rest, [key]: value });
  };
  const field = (key: Exclude<keyof Params, 'spokeSelector'>, label: string, standard: string) => (
    <FormGroup label={label} fieldId={`p-${key}`}>
      <TextInput
        id={`p-${key}`}
        value={params[key] ?? ''}
        placeholder={standard}
        onChange={(_event, value) => set(key, value.trim())}
      />
    </FormGroup>
  );
  const data = plan.data;
  return (
    <Modal isOpen variant="large" onClose={onClose} aria-labelledby="install-title" className="kb-dialog">
      <ModalHeader
        title={where === 'hub' ? `Install KMM-Hub on ${hub.name}` : `Install KMM on the spokes of ${hub.name}`}
        labelId="install-title"
      />
      <ModalBody tabIndex={0} aria-label="Plan of the installation">
        <div className="kb-stack">
          <Facts
            facts={[
              ['Who', hub.identity ?? 'unknown identity'],
              ['Where', `${hub.name}, ${hub.server}`],
              ['How', data ? ways[data.way] : '…'],
              ['How many', data ? plural(data.total, 'object') : '…'],
              [
                'Cannot be undone',
                'Nothing: removing these objects removes KMM again, and with it every module it loaded.',
              ],
            ]}
          />
          <ExpandableSection toggleText="Where it comes from and goes to">
            <Form
              isHorizontal
              onSubmit={(event) => {
                event.preventDefault();
                setAsked(params);
              }}
            >
              {field('channel', 'Channel', 'stable')}
              {field('source', 'CatalogSource', 'redhat-operators')}
              {field('sourceNamespace', 'its namespace', 'openshift-marketplace')}
              {field('startingCsv', 'Version (CSV)', 'newest of the channel')}
              {where === 'hub' && field('hubNamespace', 'Namespace on the hub', 'openshift-kmm-hub')}
              {where === 'spokes' && field('spokeNamespace', 'Namespace on spokes', 'openshift-kmm')}
              {where === 'spokes' && field('policyNamespace', 'Policy namespace', 'kmm-bastion')}
              {where === 'spokes' && (
                <FormGroup label="Spokes with labels" fieldId="p-selector">
                  <TextInput
                    id="p-selector"
                    defaultValue={formatSelector(params.spokeSelector ?? {})}
                    placeholder="all spokes; e.g. site=north,vendor=OpenShift"
                    onChange={(_event, value) => setParams({ ...params, spokeSelector: parseSelector(value) })}
                  />
                </FormGroup>
              )}
              <Button type="submit" variant="secondary" isDisabled={!changed}>
                Plan again
              </Button>
            </Form>
          </ExpandableSection>
          {plan.fault && <FaultAlert fault={plan.fault} />}
          {!data && !plan.fault && <Loading what="Asking the hub for a dry run" />}
          {data && (
            <section aria-label="Changes">
              {data.warnings.map((warning) => (
                <Alert key={warning} isInline variant="warning" title={warning} component="p" />
              ))}
              <h2 className="kb-h">Changes</h2>
              <DiffList diffs={data.diffs} />
              {data.total > data.diffs.length && (
                <p className="kb-subtle">and {count(data.total - data.diffs.length)} more of the same kind.</p>
              )}
              <ExpandableSection toggleText="All of it as YAML" isDetached={false}>
                <YamlView text={data.yaml} label="Plan as YAML" />
              </ExpandableSection>
            </section>
          )}
          {apply.fault && <FaultAlert fault={apply.fault} />}
        </div>
      </ModalBody>
      <ModalFooter>
        <Button
          isDisabled={!data || changed || plan.stale}
          isLoading={apply.busy}
          onClick={() => apply.act({ hub: hub.id, where, params: asked })}
        >
          Apply {data ? plural(data.total, 'object') : ''}
        </Button>
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
