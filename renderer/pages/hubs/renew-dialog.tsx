import { FormGroup, FormSelect, FormSelectOption, Modal, ModalBody, ModalHeader } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { KubeconfigSource } from '../../../shared/contract/hubs.ts';
import type { Output } from '../../../shared/contract.ts';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { useAct } from '../../state/use-call.ts';
import { KubeconfigForm } from './kubeconfig-form.tsx';

type Hub = Output<'hubs.list'>['hubs'][number];
const whichContext = new Set(['kubeconfig.unknownContext', 'hub.otherServer']);

/** A fresh kubeconfig for a known hub, then a new connection with it. What was read of the hub stays. */
export function RenewDialog({ hub, onClose }: { hub: Hub; onClose: () => void }) {
  const queries = useQueryClient();
  const [context, setContext] = useState('');
  const renew = useAct('hubs.renew', { quiet: true });
  const connect = useAct('hubs.connect', { quiet: true });
  async function go(source: KubeconfigSource) {
    const given = await renew.ask({ hub: hub.id, source, ...(context !== '' && { context }) }).catch(() => undefined);
    if (!given) return;
    // Its page says why when connecting fails.
    await connect.ask({ hub: hub.id }).catch(() => undefined);
    void queries.invalidateQueries({ queryKey: ['hubs.list'] });
    onClose();
  }
  const contexts = renew.fault && whichContext.has(renew.fault.code) ? (renew.fault.about ?? []) : [];
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby="renew-title">
      <ModalHeader title={`A fresh kubeconfig for ${hub.name}`} labelId="renew-title" />
      <ModalBody>
        <div className="kb-stack">
          <p className="kb-subtle kb-break">
            For {hub.server}. The hub’s rows, timeline and proofs stay; only how you sign in is replaced.
          </p>
          <KubeconfigForm
            action="Use it and connect"
            busy={renew.busy || connect.busy}
            onSource={(source) => void go(source)}
            onCancel={onClose}
          >
            {contexts.length > 0 && (
              <FormGroup label="Context" fieldId="renew-context">
                <FormSelect id="renew-context" value={context} onChange={(_event, value) => setContext(value)}>
                  <FormSelectOption value="" label="Choose the context of this hub" />
                  {contexts.map((name) => (
                    <FormSelectOption key={name} value={name} label={name} />
                  ))}
                </FormSelect>
              </FormGroup>
            )}
          </KubeconfigForm>
          {renew.fault && <FaultAlert fault={renew.fault} />}
        </div>
      </ModalBody>
    </Modal>
  );
}
