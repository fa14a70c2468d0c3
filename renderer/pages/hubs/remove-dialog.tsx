import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import type { Output } from '../../../shared/contract.ts';
import { useAct } from '../../state/use-call.ts';

type Hub = Output<'hubs.list'>['hubs'][number];

/** Forgetting a hub drops what is stored here; the hub itself is not touched. */
export function RemoveDialog({ hub, onClose }: { hub: Hub; onClose: () => void }) {
  const queries = useQueryClient();
  const remove = useAct('hubs.remove', {
    done: () => {
      void queries.invalidateQueries({ queryKey: ['hubs.list'] });
      onClose();
    },
  });
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby="forget-title">
      <ModalHeader title={`Forget ${hub.name}?`} titleIconVariant="warning" labelId="forget-title" />
      <ModalBody>
        Its rows, timeline and proofs are deleted from this laptop and cannot be brought back; what was never read again
        from the hub is lost. Nothing on the hub or its spokes changes.
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" isLoading={remove.busy} onClick={() => remove.act({ hub: hub.id })}>
          Forget
        </Button>
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
