import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import type { SiteRow } from '../../../shared/contract/mirror.ts';
import { useAct } from '../../state/use-call.ts';

/** Forgetting a registry drops what we know of it; the registry itself keeps everything. */
export function ForgetSite({ site, onClose }: { site: SiteRow; onClose: () => void }) {
  const forget = useAct('mirror.removeSite', { done: onClose });
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby="forget-site">
      <ModalHeader title={`Forget ${site.name}?`} titleIconVariant="warning" labelId="forget-site" />
      <ModalBody>
        Its address, password and the list of what was pushed there are deleted from this laptop, so cluster resources
        can no longer be made for it. Nothing in the registry changes.
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" isLoading={forget.busy} onClick={() => forget.act({ id: site.id })}>
          Forget
        </Button>
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
