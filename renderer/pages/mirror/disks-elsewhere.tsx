import { Button, ExpandableSection } from '@patternfly/react-core';
import { useId, useState } from 'react';
import type { Run } from '../../../shared/contract/mirror.ts';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { useAct } from '../../state/use-call.ts';
import { linesOf } from './words.ts';

/** An import that waits goes on with its disks mounted somewhere else than before. */
export function DisksElsewhere({ run }: { run: Run }) {
  const id = useId();
  // With one socket the next disk often has a folder of its own.
  const [open, setOpen] = useState(run.fault?.code === 'bundle.nextDisk');
  const [text, setText] = useState('');
  const resume = useAct('mirror.resume', { quiet: true });
  const folders = linesOf(text);
  return (
    <ExpandableSection
      toggleText="Its disks have other folders now"
      isIndented
      isExpanded={open}
      onToggle={(_event, on) => setOpen(on)}
    >
      <form
        className="kb-stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (folders.length > 0) resume.act({ id: run.id, folders, wait: false });
        }}
      >
        <div className="kb-field">
          <label htmlFor={id}>Folders its disks are mounted at now, one a line</label>
          <textarea
            id={id}
            className="kb-input kb-mono"
            rows={2}
            spellCheck={false}
            placeholder="/media/user/DISK2"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <Button type="submit" size="sm" variant="secondary" isDisabled={folders.length === 0} isLoading={resume.busy}>
          Resume from there
        </Button>
        {resume.fault && <FaultAlert fault={resume.fault} />}
      </form>
    </ExpandableSection>
  );
}
