import { Modal, ModalBody, ModalHeader } from '@patternfly/react-core';
import { Badge } from '../parts/badge.tsx';
import { loadOrder, loadWords } from '../words/states.ts';

const keys: readonly (readonly [string, string])[] = [
  ['Ctrl K', 'Go to a page, hub, spoke, module or image set'],
  ['/', 'Filter this page'],
  ['?', 'This help'],
  ['↑ ↓', 'Move in a table; Page Up, Page Down, Home and End too'],
  ['Enter', 'Open the row'],
  ['Esc', 'Close the drawer or dialog'],
];

/** The keys, and what the words for a module's state mean. */
export function Help({ onClose }: { onClose: () => void }) {
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby="help-title">
      <ModalHeader title="Help" labelId="help-title" />
      <ModalBody tabIndex={0} aria-label="Help">
        <div className="kb-columns">
          <section>
            <h2 className="kb-h">Keys</h2>
            <dl className="kb-keys">
              {keys.map(([key, what]) => (
                <div key={key}>
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
          <section>
            <h2 className="kb-h">The mirror, in order</h2>
            <p>
              An image set says what a site needs; its plan costs nothing; a pull brings it into the store; a bundle
              carries it on disks; a push fills the site’s registry; clusters are then told to pull from there.
            </p>
          </section>
          <section>
            <h2 className="kb-h">A module on a spoke is…</h2>
            <dl className="kb-keys">
              {loadOrder.map((state) => (
                <div key={state}>
                  <dt>
                    <Badge tone={loadWords[state].tone} word={loadWords[state].word} />
                  </dt>
                  <dd>{loadWords[state].means}</dd>
                </div>
              ))}
            </dl>
          </section>
        </div>
      </ModalBody>
    </Modal>
  );
}
