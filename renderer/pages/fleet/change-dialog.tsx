import { Button, FormGroup, Modal, ModalBody, ModalFooter, ModalHeader, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import type { Input, Output } from '../../../shared/contract.ts';
import { Answer } from '../../parts/answer.tsx';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { useToasts } from '../../state/toasts.ts';
import { useAct, useCall } from '../../state/use-call.ts';

type Hub = Output<'hubs.list'>['hubs'][number];
export type Change = Omit<Input<'spokes.consequences'>, 'hub'>;

/** Before a spoke's labels change or it leaves the hub: what unloads and loads by it, and its name typed where something unloads. */
export function ChangeDialog({
  hub,
  spoke,
  title,
  change,
  onClose,
}: {
  hub: Hub;
  spoke: string;
  title: string;
  change: Change;
  onClose: () => void;
}) {
  const [confirm, setConfirm] = useState('');
  const toasts = useToasts();
  const asked = useCall('spokes.consequences', { hub: hub.id, ...change });
  const command = useAct('spokes.change', {
    quiet: true,
    done: ({ sentence, refused }) => {
      if (refused.length > 0) return toasts.say('warning', `${hub.name} refuses it.`, refused[0]?.reason);
      toasts.say('success', sentence);
      onClose();
    },
  });
  const grave = change.detach === true || (asked.data?.unloads.length ?? 0) > 0;
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby="change-title">
      <ModalHeader title={title} {...(grave && { titleIconVariant: 'warning' as const })} labelId="change-title" />
      <ModalBody>
        <div className="kb-stack">
          <Answer of={asked} what="what it would do">
            {({ sentences }) => (
              <ul className="kb-lines" aria-label="What it does">
                {sentences.map((sentence) => (
                  <li key={sentence} className="kb-break">
                    {sentence}
                  </li>
                ))}
              </ul>
            )}
          </Answer>
          {grave && (
            <FormGroup label={`Type ${spoke} to confirm`} fieldId="confirm-change">
              <TextInput
                id="confirm-change"
                value={confirm}
                autoComplete="off"
                onChange={(_event, value) => setConfirm(value)}
              />
            </FormGroup>
          )}
          {command.fault && <FaultAlert fault={command.fault} />}
        </div>
      </ModalBody>
      <ModalFooter>
        <Button
          variant={grave ? 'danger' : 'primary'}
          isDisabled={!asked.data || (grave && confirm !== spoke)}
          isLoading={command.busy}
          onClick={() => command.act({ hub: hub.id, ...change, confirm })}
        >
          {change.detach ? 'Delete from the hub' : 'Change'}
        </Button>
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
