import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { forget as dropDraft } from '../../editor/draft.ts';
import { useAct } from '../../state/use-call.ts';

/** Forgetting a set deletes its text; what it brought stays in the store until it is pruned. */
export function ForgetSet({ name, onClose }: { name: string; onClose: () => void }) {
  const forget = useAct('mirror.forget', {
    done: () => {
      dropDraft('mirror', name);
      onClose();
    },
  });
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby="forget-set">
      <ModalHeader title={`Forget ${name}?`} titleIconVariant="warning" labelId="forget-set" />
      <ModalBody>
        The set’s text is deleted from this laptop. Images it brought stay in the store until you prune it; registries
        and clusters are not touched.
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" isLoading={forget.busy} onClick={() => forget.act({ name })}>
          Forget
        </Button>
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
