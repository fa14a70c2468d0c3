import {
  Alert,
  Button,
  Checkbox,
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
import type { SiteRow } from '../../../shared/contract/mirror.ts';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { useAct } from '../../state/use-call.ts';

/** How to reach a registry. A password or an authority that is known stays as it is when its field is left empty. */
export function SiteDialog({ site, onClose }: { site: SiteRow | undefined; onClose: () => void }) {
  const [name, setName] = useState(site?.name ?? '');
  const [role, setRole] = useState<SiteRow['role']>(site?.role ?? 'site');
  const [address, setAddress] = useState(site?.address ?? '');
  const [ca, setCa] = useState('');
  const [dropCa, setDropCa] = useState(false);
  const [plainHttp, setPlainHttp] = useState(site?.plainHttp ?? false);
  const [insecureTls, setInsecureTls] = useState(site?.insecureTls ?? false);
  const [user, setUser] = useState(site?.user ?? '');
  const [password, setPassword] = useState('');
  const check = useAct('mirror.checkSite', { quiet: true });
  const done = (row: SiteRow) => {
    check.act({ id: row.id });
    onClose();
  };
  const add = useAct('mirror.addSite', { quiet: true, done });
  const edit = useAct('mirror.editSite', { quiet: true, done });
  const fault = add.fault ?? edit.fault;
  function save() {
    const base = { name, role, address, plainHttp, insecureTls, user };
    const authority = dropCa ? '' : ca;
    const secret = { ...((dropCa || ca !== '') && { ca: authority }), ...(password !== '' && { password }) };
    if (site) edit.act({ id: site.id, ...base, ...secret });
    else add.act({ ...base, ...secret });
  }
  return (
    <Modal
      isOpen
      variant="medium"
      onClose={onClose}
      aria-labelledby="site"
      className="kb-dialog"
      elementToFocus="#s-name"
    >
      <ModalHeader title={site ? `Registry ${site.name}` : 'Add a registry'} labelId="site" />
      <ModalBody tabIndex={0} aria-label="How to reach the registry">
        <Form
          id="site-form"
          isHorizontal
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <FormGroup label="Name" fieldId="s-name" isRequired>
            <TextInput id="s-name" value={name} onChange={(_event, value) => setName(value)} />
          </FormGroup>
          <FormGroup label="Use" fieldId="s-role">
            <FormSelect
              id="s-role"
              value={role}
              onChange={(_event, value) => setRole(value === 'source' ? 'source' : 'site')}
            >
              <FormSelectOption value="site" label="A site’s registry: push to it" />
              <FormSelectOption value="source" label="A source: only read from it" />
            </FormSelect>
          </FormGroup>
          <FormGroup label="Address" fieldId="s-address" isRequired>
            <TextInput
              id="s-address"
              value={address}
              placeholder="registry.site.example:5000/prefix or [fd00::1]:5000"
              onChange={(_event, value) => setAddress(value.trim())}
            />
          </FormGroup>
          <FormGroup label="User" fieldId="s-user">
            <TextInput id="s-user" value={user} autoComplete="off" onChange={(_event, value) => setUser(value)} />
          </FormGroup>
          <FormGroup label="Password" fieldId="s-password">
            <TextInput
              id="s-password"
              type="password"
              autoComplete="new-password"
              value={password}
              placeholder={site?.user ? 'as before' : ''}
              onChange={(_event, value) => setPassword(value)}
            />
          </FormGroup>
          <FormGroup label="Authority (CA), PEM" fieldId="s-ca">
            <TextArea
              id="s-ca"
              className="kb-mono"
              rows={4}
              spellCheck={false}
              resizeOrientation="vertical"
              value={dropCa ? '' : ca}
              isDisabled={dropCa}
              placeholder={site?.hasCa && !dropCa ? 'as before' : '-----BEGIN CERTIFICATE-----'}
              onChange={(_event, value) => setCa(value)}
            />
            {site?.hasCa && (
              <Checkbox
                id="s-drop-ca"
                label="Forget the authority: its certificate is of a public one"
                isChecked={dropCa}
                onChange={(_event, on) => setDropCa(on)}
              />
            )}
          </FormGroup>
          <FormGroup label="Connection" role="group" fieldId="s-http">
            <Checkbox
              id="s-http"
              label="Plain HTTP, no TLS"
              isChecked={plainHttp}
              onChange={(_event, on) => setPlainHttp(on)}
            />
            <Checkbox
              id="s-insecure"
              label="Do not check its certificate"
              isChecked={insecureTls}
              onChange={(_event, on) => setInsecureTls(on)}
            />
          </FormGroup>
          {(plainHttp || insecureTls) && (
            <Alert
              isInline
              variant="warning"
              component="p"
              title="Anyone on the way can read the password and change what is not named by digest. Use it in a laboratory only."
            />
          )}
          {fault && <FaultAlert fault={fault} />}
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button
          type="submit"
          form="site-form"
          isDisabled={name === '' || address === ''}
          isLoading={add.busy || edit.busy}
        >
          Save and check
        </Button>
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
