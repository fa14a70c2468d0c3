import { Button, FormGroup, Modal, ModalBody, ModalFooter, ModalHeader, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import type { Output } from '../../../shared/contract.ts';
import { Answer } from '../../parts/answer.tsx';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { useToasts } from '../../state/toasts.ts';
import { useAct, useCall } from '../../state/use-call.ts';
import { plural } from '../../words/format.ts';

type Hub = Output<'hubs.list'>['hubs'][number];

/** Deleting unloads the module from kernels: the consequences are spelled out and the name is typed. */
export function DeleteDialog({
  hub,
  name,
  onClose,
  onDone,
}: {
  hub: Hub;
  name: string;
  onClose: () => void;
  onDone: () => void;
}) {
  const [confirm, setConfirm] = useState('');
  const toasts = useToasts();
  const asked = useCall('modules.deletion', { hub: hub.id, name });
  const remove = useAct('modules.delete', {
    quiet: true,
    done: ({ sentence }) => {
      toasts.say('success', sentence);
      onDone();
    },
  });
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby="delete-title">
      <ModalHeader title={`Delete ${name} from ${hub.name}?`} titleIconVariant="warning" labelId="delete-title" />
      <ModalBody>
        <div className="kb-stack">
          <Answer of={asked} what="what it would do">
            {({ unloads, spokes, sentences }) => (
              <div className="kb-stack">
                <p>
                  <strong>It is unloaded from {plural(unloads, 'spoke')}.</strong>{' '}
                  {spokes.length > 0 && (
                    <span className="kb-subtle kb-break">
                      {spokes.slice(0, 5).join(', ')}
                      {unloads > 5 ? ' …' : ''}
                    </span>
                  )}
                </p>
                {sentences.map((sentence) => (
                  <p key={sentence}>{sentence}</p>
                ))}
              </div>
            )}
          </Answer>
          <FormGroup label={`Type ${name} to confirm`} fieldId="confirm">
            <TextInput
              id="confirm"
              value={confirm}
              autoComplete="off"
              onChange={(_event, value) => setConfirm(value)}
            />
          </FormGroup>
          {remove.fault && <FaultAlert fault={remove.fault} />}
        </div>
      </ModalBody>
      <ModalFooter>
        <Button
          variant="danger"
          isDisabled={confirm !== name || !asked.data}
          isLoading={remove.busy}
          onClick={() => remove.act({ hub: hub.id, name, confirm })}
        >
          Delete
        </Button>
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
