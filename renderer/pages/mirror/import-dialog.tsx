import {
  Alert,
  Button,
  Form,
  FormGroup,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  TextArea,
  TextInput,
} from '@patternfly/react-core';
import { useState } from 'react';
import { loadDraft, saveDraft } from '../../editor/draft.ts';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { YamlView } from '../../parts/yaml-view.tsx';
import { useAct } from '../../state/use-call.ts';
import { useRoute } from '../../state/use-route.ts';
import { plural } from '../../words/format.ts';

/** An oc-mirror v2 ImageSetConfiguration turned into an image set, with remarks on what has no counterpart. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { go } = useRoute();
  const [text, setText] = useState('');
  const [name, setName] = useState('imported');
  const [read, setRead] = useState<{ yaml: string; remarks: string[] } | undefined>();
  const turn = useAct('mirror.fromOcMirror', { quiet: true, done: setRead });
  const save = useAct('mirror.save', {
    quiet: true,
    done: (set) => go({ page: 'mirror', path: ['sets', set.name] }),
  });
  const fault = turn.fault ?? save.fault;
  return (
    <Modal
      isOpen
      variant="large"
      onClose={onClose}
      aria-labelledby="import-set"
      className="kb-dialog"
      elementToFocus="#set-name"
    >
      <ModalHeader title="Image set from oc-mirror" labelId="import-set" />
      <ModalBody tabIndex={0} aria-label="ImageSetConfiguration">
        <Form
          id="import-form"
          onSubmit={(event) => {
            event.preventDefault();
            turn.act({ yaml: text, name });
          }}
        >
          <FormGroup label="Name of the image set" fieldId="set-name" isRequired>
            <TextInput
              id="set-name"
              value={name}
              onChange={(_event, value) => {
                setName(value.trim());
                setRead(undefined);
              }}
            />
          </FormGroup>
          <FormGroup label="ImageSetConfiguration (v2alpha1)" fieldId="isc" isRequired>
            <TextArea
              id="isc"
              className="kb-mono"
              rows={10}
              spellCheck={false}
              resizeOrientation="vertical"
              value={text}
              onChange={(_event, value) => {
                setText(value);
                setRead(undefined);
              }}
            />
          </FormGroup>
          {fault && <FaultAlert fault={fault} />}
          {read && fault?.code === 'set.invalid' && loadDraft('mirror', undefined) === undefined && (
            <Button
              variant="secondary"
              onClick={() => {
                saveDraft('mirror', undefined, read.yaml);
                go({ page: 'mirror', path: ['new-set'] });
              }}
            >
              Correct it in the editor
            </Button>
          )}
          {read && read.remarks.length > 0 && (
            <Alert isInline variant="info" title={plural(read.remarks.length, 'remark')} component="p">
              <ul className="kb-lines">
                {read.remarks.map((remark) => (
                  <li key={remark}>{remark}</li>
                ))}
              </ul>
            </Alert>
          )}
          {read && <YamlView text={read.yaml} label="The image set" />}
        </Form>
      </ModalBody>
      <ModalFooter>
        {read ? (
          <Button isLoading={save.busy} onClick={() => save.act({ yaml: read.yaml, was: '' })}>
            Save and edit
          </Button>
        ) : (
          <Button type="submit" form="import-form" isDisabled={text.trim() === ''} isLoading={turn.busy}>
            Read it
          </Button>
        )}
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
