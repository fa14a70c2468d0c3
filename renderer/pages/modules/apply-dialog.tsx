import { Alert, Button, Checkbox, Modal, ModalBody, ModalFooter, ModalHeader, Radio } from '@patternfly/react-core';
import { useState } from 'react';
import type { DeliveryWay, Finding, Preview } from '../../../shared/contract/modules.ts';
import type { Output } from '../../../shared/contract.ts';
import { Findings } from '../../editor/findings.tsx';
import { DiffList } from '../../parts/diff-view.tsx';
import { Facts } from '../../parts/facts.tsx';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { Loading } from '../../parts/states.tsx';
import { useAct, useCall } from '../../state/use-call.ts';
import { count, plural } from '../../words/format.ts';

type Hub = Output<'hubs.list'>['hubs'][number];

interface Props {
  hub: Hub;
  yaml: string;
  findings: readonly Finding[];
  preview: Preview | undefined;
  onClose: () => void;
  onApplied: (module: string) => void;
}

/** Before anything changes: who, where, how many, the diff, what the hub would do, what cannot be undone. */
export function ApplyDialog({ hub, yaml, findings, preview, onClose, onApplied }: Props) {
  const [way, setWay] = useState<DeliveryWay>(preview?.recommended ?? 'staged');
  const [anyway, setAnyway] = useState(false);
  const diff = useCall('modules.diff', { hub: hub.id, yaml, way });
  const apply = useAct('modules.apply', { quiet: true, done: ({ module }) => onApplied(module) });
  const risks = findings.filter(({ severity, rule }) => severity === 'error' && rule.startsWith('selection.'));
  const builds = way === 'staged' ? preview?.buildsStaged : preview?.buildsPlain;
  return (
    <Modal isOpen variant="large" onClose={onClose} aria-labelledby="apply-title" className="kb-dialog">
      <ModalHeader title={hub.practice ? 'Apply to the practice hub' : `Apply to ${hub.name}`} labelId="apply-title" />
      <ModalBody tabIndex={0} aria-label="What will happen">
        <div className="kb-stack">
          <Facts
            facts={[
              ['Who', hub.identity || 'unknown identity'],
              ['Where', `${hub.name}, ${hub.server}`],
              [
                'How many',
                preview
                  ? `${plural(preview.matches, 'spoke')}, ${count(preview.operativeMatches)} of them operative`
                  : 'unknown: the text cannot be previewed',
              ],
              [
                'The hub would',
                preview ? (builds === 0 ? 'build nothing' : `run ${plural(builds ?? 0, 'build')}`) : 'unknown',
              ],
              [
                'Cannot be undone',
                'A module that is loaded may change the running kernel. Deleting it here unloads it; what it did until then stays.',
              ],
            ]}
          />
          <fieldset className="kb-ways">
            <legend className="kb-h">Way</legend>
            <Radio
              id="way-staged"
              name="way"
              isChecked={way === 'staged'}
              onChange={() => setWay('staged')}
              label="Staged: one spoke of each kernel first, the rest once it is proven there"
              description={
                preview?.recommended === 'staged'
                  ? preview.recommendedWhy
                  : 'The image is built once; a mistake stops at one spoke per kernel.'
              }
            />
            <Radio
              id="way-plain"
              name="way"
              isChecked={way === 'plain'}
              onChange={() => setWay('plain')}
              label="Plain: all spokes at once, as KMM does it"
              description={
                preview?.recommended === 'plain'
                  ? preview.recommendedWhy
                  : `The hub runs one build per cluster${preview ? `: ${plural(preview.buildsPlain, 'build')}` : ''}.`
              }
            />
          </fieldset>
          {risks.length > 0 && (
            <Alert isInline variant="warning" title="The selection would break this module on spokes" component="p">
              <Findings findings={risks} />
              <Checkbox
                id="anyway"
                isChecked={anyway}
                onChange={(_event, checked) => setAnyway(checked)}
                label="Apply anyway; I know what these errors mean"
              />
            </Alert>
          )}
          <section aria-label="Changes">
            <h2 className="kb-h">Changes</h2>
            {diff.fault && <FaultAlert fault={diff.fault} />}
            {!diff.data && !diff.fault && <Loading what="Asking the hub for a dry run" />}
            {diff.data && (
              <>
                {diff.data.intent && <p className="kb-subtle">{diff.data.intent}</p>}
                <DiffList key={way} diffs={diff.data.diffs} />
              </>
            )}
          </section>
          {apply.fault && <FaultAlert fault={apply.fault} />}
        </div>
      </ModalBody>
      <ModalFooter>
        <Button
          isLoading={apply.busy}
          isDisabled={apply.busy || !diff.data || (risks.length > 0 && !anyway)}
          onClick={() =>
            apply.act({ hub: hub.id, yaml, way, anyway: anyway ? [...new Set(risks.map(({ rule }) => rule))] : [] })
          }
        >
          {way === 'staged' ? 'Apply staged' : 'Apply to all at once'}
        </Button>
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
