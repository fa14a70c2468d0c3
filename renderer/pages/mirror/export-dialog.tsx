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
  TextInput,
} from '@patternfly/react-core';
import { useState } from 'react';
import { toFault } from '../../../shared/fault.ts';
import { TickList } from '../../parts/facet.tsx';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { useAct, useCall } from '../../state/use-call.ts';
import { useRoute } from '../../state/use-route.ts';
import { linesOf } from './words.ts';

/** Fields of the form by the names the engine gives them. */
const fields = ['folder', 'also', 'inventory'] as const;

type Since = 'full' | 'inventory' | 'acknowledged';
const sizes: Record<string, string> = {
  '4187593113': '3.9 GiB: fits FAT32',
  '1073741824': '1 GiB',
  '104857600': '100 MiB',
};

/** Images of the store onto a disk. */
export function ExportDialog({ onClose }: { onClose: () => void }) {
  const { go } = useRoute();
  const sets = useCall('mirror.sets', {}).data?.sets ?? [];
  const known = useCall('mirror.sites', {}).data?.sites.filter(({ role }) => role === 'site') ?? [];
  const [folder, setFolder] = useState('');
  const [also, setAlso] = useState('');
  const [chosen, setChosen] = useState<string[]>([]);
  const [site, setSite] = useState('');
  const [since, setSince] = useState<Since>('full');
  const [inventory, setInventory] = useState('');
  const [segment, setSegment] = useState('4187593113');
  const write = useAct('mirror.export', {
    quiet: true,
    done: ({ run }) => go({ page: 'mirror', path: ['runs', run.id] }),
  });
  const ready =
    folder.trim() !== '' &&
    (since !== 'inventory' || inventory.trim() !== '') &&
    (since !== 'acknowledged' || site !== '');
  const wrong = fields.find((field) => field === write.fault?.field);
  /** The fault under the field it names; the field is focused, since that is where one goes on. */
  const at = (field: (typeof fields)[number]) => wrong === field && write.fault && <FaultAlert fault={write.fault} />;
  const marked = (field: (typeof fields)[number]) => wrong === field && { validated: 'error' as const };
  const act = () =>
    write.act(
      {
        ...{ folder: folder.trim(), also: linesOf(also), sets: chosen, site, since, inventory: inventory.trim() },
        ...{ segmentBytes: Number(segment), wait: false },
      },
      { onError: (error) => document.getElementById(`e-${toFault(error).field}`)?.focus() },
    );
  return (
    <Modal
      isOpen
      variant="medium"
      onClose={onClose}
      aria-labelledby="export"
      className="kb-dialog"
      elementToFocus="#e-folder"
    >
      <ModalHeader title="Write a bundle" labelId="export" />
      <ModalBody tabIndex={0} aria-label="What to write where">
        <Form
          id="export-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (ready) act();
          }}
        >
          <FormGroup label="Folder or mounted disk on the bastion" fieldId="e-folder" isRequired>
            <TextInput
              id="e-folder"
              value={folder}
              placeholder="/media/user/DISK1"
              {...marked('folder')}
              onChange={(_event, value) => setFolder(value)}
            />
            {at('folder')}
            <p className="kb-subtle">A folder named after the bundle is made in it. Free space is checked first.</p>
          </FormGroup>
          <FormGroup label="Further disks, one a line" fieldId="e-also">
            <TextArea
              id="e-also"
              className="kb-mono"
              rows={2}
              spellCheck={false}
              resizeOrientation="vertical"
              value={also}
              placeholder="/media/user/DISK2"
              {...marked('also')}
              onChange={(_event, value) => setAlso(value)}
            />
            {at('also')}
            <p className="kb-subtle">Mounted at the same time: each file goes to the first disk with room for it.</p>
          </FormGroup>
          <FormGroup label="Image sets (none ticked: everything in the store)" role="group" fieldId="e-sets">
            <TickList
              label="Image sets"
              options={sets.map(({ name, inStore }) => ({
                value: name,
                word: name,
                ...(inStore !== null && { count: inStore }),
              }))}
              chosen={chosen}
              onChange={setChosen}
            />
          </FormGroup>
          <FormGroup label="For the site" fieldId="e-site">
            <FormSelect id="e-site" value={site} onChange={(_event, value) => setSite(value)}>
              <FormSelectOption value="" label="Any site" />
              {known.map(({ id, name }) => (
                <FormSelectOption key={id} value={id} label={name} />
              ))}
            </FormSelect>
          </FormGroup>
          <FormGroup label="How much" fieldId="e-since">
            <FormSelect id="e-since" value={since} onChange={(_event, value) => setSince(value as Since)}>
              <FormSelectOption value="full" label="Everything" />
              <FormSelectOption value="inventory" label="Only what an inventory file of the site lacks" />
              <FormSelectOption
                value="acknowledged"
                label="Only what came after the last bundle the site acknowledged"
              />
            </FormSelect>
          </FormGroup>
          {since === 'inventory' && (
            <FormGroup label="Inventory file from the site" fieldId="e-inventory" isRequired>
              <TextInput
                id="e-inventory"
                value={inventory}
                {...marked('inventory')}
                onChange={(_event, value) => setInventory(value)}
              />
              {at('inventory')}
            </FormGroup>
          )}
          <FormGroup label="Size of one file" fieldId="e-segment">
            <FormSelect id="e-segment" value={segment} onChange={(_event, value) => setSegment(value)}>
              {Object.entries(sizes).map(([value, label]) => (
                <FormSelectOption key={value} value={value} label={label} />
              ))}
            </FormSelect>
          </FormGroup>
          {write.fault && !wrong && <FaultAlert fault={write.fault} />}
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form="export-form" isDisabled={!ready} isLoading={write.busy}>
          Write
        </Button>
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
