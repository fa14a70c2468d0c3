import {
  Button,
  Form,
  FormGroup,
  FormSelect,
  FormSelectOption,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  TextArea,
} from '@patternfly/react-core';
import { useState } from 'react';
import type { BundleSummary } from '../../../shared/contract/mirror.ts';
import { Facts } from '../../parts/facts.tsx';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { useAct } from '../../state/use-call.ts';
import { useRoute } from '../../state/use-route.ts';
import { bytes, clockTime, plainWords, plural } from '../../words/format.ts';
import { Segments } from './segments.tsx';
import { TrustForm } from './trust-form.tsx';
import { linesOf, signatureWords } from './words.ts';

type Incomplete = 'refuse' | 'wait' | 'leaveOut';
const incompleteWords: Record<Incomplete, string> = {
  refuse: 'Bring nothing in until all files are here',
  wait: 'Bring in what is here and wait for the next disk',
  leaveOut: 'Leave out the images that need the missing files',
};

/** What a bundle says of itself, from one disk or several; then bringing it into the store. */
export function ReadDialog({ onClose }: { onClose: () => void }) {
  const { go } = useRoute();
  const [text, setText] = useState('');
  const [read, setRead] = useState<BundleSummary | undefined>();
  const [incomplete, setIncomplete] = useState<Incomplete>('refuse');
  const folders = linesOf(text);
  const look = useAct('mirror.inspectBundle', { quiet: true, done: setRead });
  const bring = useAct('mirror.import', {
    quiet: true,
    done: ({ run }) => go({ page: 'mirror', path: ['runs', run.id] }),
  });
  const lost = read?.segments.filter(({ state }) => state === 'missing' || state === 'damaged') ?? [];
  const fault = look.fault ?? bring.fault;
  return (
    <Modal
      isOpen
      variant="medium"
      onClose={onClose}
      aria-labelledby="read"
      className="kb-dialog"
      elementToFocus="#r-folders"
    >
      <ModalHeader title="Bring a bundle in" labelId="read" />
      <ModalBody tabIndex={0} aria-label="The bundle">
        <div className="kb-stack">
          <Form>
            <FormGroup label="Folders it lies in, one a line (one for each disk)" fieldId="r-folders" isRequired>
              <TextArea
                id="r-folders"
                className="kb-mono"
                rows={3}
                spellCheck={false}
                value={text}
                onChange={(_event, value) => {
                  setText(value);
                  setRead(undefined);
                }}
              />
            </FormGroup>
          </Form>
          {fault && <FaultAlert fault={fault} />}
          {read && (
            <>
              <p
                className="kb-state kb-break"
                data-tone={lost.length > 0 ? 'bad' : signatureWords[read.signature].tone}
              >
                {plainWords(read.sentence)}
              </p>
              <Facts
                facts={[
                  ['Bundle', <code key="id">{read.id.slice(0, 12)}</code>],
                  ['Made', `${clockTime(read.madeAt)} by ${read.madeBy || 'unknown'}`],
                  ['Signature', signatureWords[read.signature].word],
                  ['For', read.site || 'any site'],
                  [
                    'Builds on',
                    read.parent ? <code key="parent">{read.parent.slice(0, 12)}</code> : 'nothing: it is complete',
                  ],
                  ['Holds', `${plural(read.images, 'image')}, ${plural(read.blobs, 'blob')}, ${bytes(read.bytes)}`],
                  [
                    'Key',
                    <code key="key" className="kb-break">
                      {read.key || 'none'}
                    </code>,
                  ],
                ]}
              />
              <Segments segments={read.segments} />
              {lost.length > 0 && (
                <FormSelect
                  aria-label="What to do without them"
                  value={incomplete}
                  onChange={(_event, value) => setIncomplete(value as Incomplete)}
                >
                  {Object.entries(incompleteWords).map(([value, label]) => (
                    <FormSelectOption key={value} value={value} label={label} />
                  ))}
                </FormSelect>
              )}
              {read.signature === 'unknown' && (
                <section className="kb-stack" aria-label="Trust its key">
                  <p>
                    Nothing is brought in from a key that is not known here. Have the sender read theirs out (Mirror,
                    Bundles, Keys that sign bundles), and type it as you hear it.
                  </p>
                  <TrustForm onTrusted={() => look.act({ folders, check: true })} />
                </section>
              )}
            </>
          )}
        </div>
      </ModalBody>
      <ModalFooter>
        <Button
          variant={read ? 'secondary' : 'primary'}
          isDisabled={folders.length === 0}
          isLoading={look.busy}
          onClick={() => look.act({ folders, check: true })}
        >
          {read ? 'Look again' : 'Look at it'}
        </Button>
        {read && (
          <Button
            isDisabled={read.signature !== 'ours' && read.signature !== 'trusted'}
            isLoading={bring.busy}
            onClick={() => bring.act({ folders, incomplete, wait: false })}
          >
            Bring {plural(read.images, 'image')} in
          </Button>
        )}
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
