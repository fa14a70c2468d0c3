import { Button, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useState } from 'react';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { useToasts } from '../../state/toasts.ts';
import { useAct, useCall } from '../../state/use-call.ts';
import { plural } from '../../words/format.ts';
import { TrustForm } from './trust-form.tsx';

/** At the site: write down what is here, to carry home. At home: read what a site sent back. */
export function AcknowledgePart() {
  const toasts = useToasts();
  const sites = useCall('mirror.sites', {}).data?.sites.filter(({ role }) => role === 'site') ?? [];
  const [folder, setFolder] = useState('');
  const [site, setSite] = useState('');
  const [path, setPath] = useState('');
  const write = useAct('mirror.inventory', {
    quiet: true,
    done: ({ path: file, digests, acknowledges }) =>
      toasts.say(
        'success',
        `${file} is written.`,
        `${plural(digests, 'digest')}, ${plural(acknowledges.length, 'bundle')} acknowledged.`,
      ),
  });
  const read = useAct('mirror.acknowledge', { quiet: true, done: ({ sentence }) => toasts.say('success', sentence) });
  return (
    <div className="kb-columns">
      <section>
        <h2 className="kb-h">At the site: write what is here</h2>
        <div className="kb-stack">
          <FormSelect aria-label="Inventory of" value={site} onChange={(_event, value) => setSite(value)}>
            <FormSelectOption value="" label="Inventory of this store" />
            {sites.map(({ id, name }) => (
              <FormSelectOption key={id} value={id} label={`Inventory of ${name}`} />
            ))}
          </FormSelect>
          <input
            className="kb-input"
            aria-label="Folder to write the inventory into"
            placeholder="Folder, e.g. the disk that goes home"
            value={folder}
            onChange={(event) => setFolder(event.target.value)}
          />
          <Button
            variant="secondary"
            isDisabled={folder.trim() === ''}
            isLoading={write.busy}
            onClick={() => write.act({ folder: folder.trim(), site })}
          >
            Write inventory and acknowledgement
          </Button>
          {write.fault && <FaultAlert fault={write.fault} />}
        </div>
      </section>
      <section>
        <h2 className="kb-h">At home: read what came back</h2>
        <div className="kb-stack">
          <input
            className="kb-input"
            aria-label="Inventory file that came back"
            placeholder="File the site wrote"
            value={path}
            onChange={(event) => setPath(event.target.value)}
          />
          <Button
            variant="secondary"
            isDisabled={path.trim() === ''}
            isLoading={read.busy}
            onClick={() => read.act({ path: path.trim() })}
          >
            Read it
          </Button>
          {read.fault && <FaultAlert fault={read.fault} />}
          {read.fault?.code === 'inventory.untrusted' && (
            <TrustForm onTrusted={() => read.act({ path: path.trim() })} />
          )}
        </div>
      </section>
    </div>
  );
}
