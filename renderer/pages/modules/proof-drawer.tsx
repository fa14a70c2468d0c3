import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import type { ProofRow } from '../../../shared/contract/modules.ts';
import { Age } from '../../parts/age.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Facts } from '../../parts/facts.tsx';
import { FeedbackAge } from '../../parts/feedback-age.tsx';
import { formatRoute } from '../../state/route.ts';
import { clockTime, duration } from '../../words/format.ts';
import { loadWords } from '../../words/states.ts';

const evidence: Record<ProofRow['evidence'], string> = {
  work: 'Fed back by a read-only manifest work from the spoke',
  view: 'Read once by a ManagedClusterView',
  numbers: 'Only KMM’s own numbers, which prove nothing after a reboot',
  none: 'None',
};

/** What was compared for one spoke, side by side, and what to do where it does not fit. */
export function ProofDrawer({
  hub,
  row,
  onClose,
  onNudge,
  onTry,
  busy,
}: {
  hub: string;
  row: ProofRow;
  onClose: () => void;
  onNudge: () => void;
  /** Has the agent try the refused work at once. */
  onTry: () => void;
  busy: boolean;
}) {
  const word = loadWords[row.state];
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby="proof-title">
      <ModalHeader title={row.spoke} labelId="proof-title" />
      <ModalBody tabIndex={0} aria-label="Proof">
        <div className="kb-stack">
          <p className="kb-lead">
            <Badge tone={word.tone} word={word.word} />{' '}
            <span className="kb-subtle">
              <Age at={row.since} as="for" by="hub" />
            </span>
          </p>
          <p className="kb-break">{row.reason || word.means}</p>
          {row.remedy && <p className="kb-break">{row.remedy}</p>}
          {row.nextTryAt && <p>The agent tries again at about {clockTime(row.nextTryAt)}.</p>}
          <FeedbackAge age={row.age} />
          <Facts
            facts={[
              ['Image wanted', row.image || 'unknown'],
              ['Kernel now', row.kernel || 'unknown'],
              ['Loaded for kernel', row.loadedKernel || 'not reported'],
              ['Boot now', row.nodeBoot || 'not reported'],
              ['Loaded in boot', row.loadedBoot || 'not reported'],
              ['Evidence', evidence[row.evidence]],
              ['Proven', clockTime(row.provenAt) || 'not yet'],
              ['From selection to proof', row.seconds === undefined ? 'unknown' : duration(row.seconds)],
            ]}
          />
        </div>
      </ModalBody>
      <ModalFooter>
        {row.state === 'staleBoot' && (
          <Button isLoading={busy} onClick={onNudge}>
            Nudge this spoke
          </Button>
        )}
        {row.cause === 'workRejected' && (
          <Button isLoading={busy} onClick={onTry}>
            Try now
          </Button>
        )}
        <Button
          variant="secondary"
          component="a"
          href={formatRoute({ page: 'fleet', hub, query: { spoke: row.spoke } })}
        >
          Open the spoke
        </Button>
        <Button variant="link" onClick={onClose}>
          Close
        </Button>
      </ModalFooter>
    </Modal>
  );
}
