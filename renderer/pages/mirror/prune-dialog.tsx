import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { Answer } from '../../parts/answer.tsx';
import { useToasts } from '../../state/toasts.ts';
import { useAct, useCall } from '../../state/use-call.ts';
import { bytes, plural, shortDigests } from '../../words/format.ts';

/** What pruning would take away, by a dry run; then doing it. */
export function PruneDialog({ onClose }: { onClose: () => void }) {
  const toasts = useToasts();
  const dry = useCall('mirror.prune', { dryRun: true });
  const something = dry.data !== undefined && (dry.data.blobs > 0 || dry.data.images.length > 0);
  const prune = useAct('mirror.prune', {
    done: (done) => {
      toasts.say('success', `${plural(done.blobs, 'blob')} removed, ${bytes(done.bytes)} free again.`);
      onClose();
    },
  });
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby="prune" className="kb-dialog">
      <ModalHeader title="Prune the store" labelId="prune" />
      <ModalBody tabIndex={0} aria-label="What would go">
        <Answer of={dry} what="what would go">
          {({ images, blobs, bytes: size }) =>
            blobs === 0 && images.length === 0 ? (
              <p>Nothing to take away: every blob is needed by an image of a set.</p>
            ) : (
              <>
                <p>
                  {plural(images.length, 'image')} that no image set asks for any more, and {plural(blobs, 'blob')}{' '}
                  nothing else needs: {bytes(size)}. What is at sites is not touched; to have it here again it must be
                  pulled or imported.
                </p>
                <ul className="kb-lines">
                  {images.slice(0, 200).map((name) => (
                    <li key={name} className="kb-break" title={name}>
                      {shortDigests(name)}
                    </li>
                  ))}
                </ul>
                {images.length > 200 && <p className="kb-subtle">and {images.length - 200} more.</p>}
              </>
            )
          }
        </Answer>
      </ModalBody>
      <ModalFooter>
        {(!dry.data || something) && (
          <Button
            variant="danger"
            isDisabled={!something}
            isLoading={prune.busy}
            onClick={() => prune.act({ dryRun: false })}
          >
            Remove them
          </Button>
        )}
        <Button variant="link" onClick={onClose}>
          {dry.data && !something ? 'Close' : 'Cancel'}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
