import {
  Alert,
  Button,
  Checkbox,
  ExpandableSection,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
} from '@patternfly/react-core';
import { useState } from 'react';
import type { Input, Output } from '../../../shared/contract.ts';
import { Answer } from '../../parts/answer.tsx';
import { DiffList } from '../../parts/diff-view.tsx';
import { Facts } from '../../parts/facts.tsx';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { YamlView } from '../../parts/yaml-view.tsx';
import { useToasts } from '../../state/toasts.ts';
import { useAct, useCall } from '../../state/use-call.ts';
import { count, plural, shortDigests } from '../../words/format.ts';

type Hub = Output<'hubs.list'>['hubs'][number];

/** The objects, what they would change, and applying them after a look at the consequences. */
export function ResourceView({ hub, ask }: { hub: Hub | undefined; ask: Input<'mirror.resources'> }) {
  const toasts = useToasts();
  const plan = useCall('mirror.resources', ask);
  const [asking, setAsking] = useState(false);
  const [sure, setSure] = useState(false);
  const apply = useAct('mirror.applyResources', {
    quiet: true,
    done: ({ sentence }) => {
      toasts.say('success', sentence);
      setAsking(false);
      plan.again();
    },
  });
  return (
    <Answer of={plan} what="the cluster resources">
      {(made) => {
        const changes = made.diffs.filter(({ change }) => change !== 'none').length;
        return (
          <section aria-label="Cluster resources" className="kb-stack">
            {made.restarts && <Nodes what={made.restarts} />}
            {made.warnings.map((warning) => (
              <Alert key={warning} isInline variant="info" component="p" title="Remark" className="kb-break">
                {shortDigests(warning)}
              </Alert>
            ))}
            <div className="kb-actions">
              <Button
                isDisabled={changes === 0}
                onClick={() => {
                  // Each time anew: a tick from before is no yes to this.
                  setSure(false);
                  setAsking(true);
                }}
              >
                {changes === 0 ? 'Nothing to apply' : `Apply ${plural(changes, 'change')}`}
              </Button>
              <Button variant="secondary" onClick={plan.again}>
                Compare again
              </Button>
            </div>
            <DiffList diffs={made.diffs} />
            {made.total > made.diffs.length && made.diffs.length > 0 && (
              <p className="kb-subtle">and {count(made.total - made.diffs.length)} more of the same kind.</p>
            )}
            <ExpandableSection toggleText="All of it as YAML" isDetached={false}>
              <YamlView text={made.yaml} label="Cluster resources as YAML" />
            </ExpandableSection>
            {asking && (
              <Modal isOpen variant="medium" onClose={() => setAsking(false)} aria-labelledby="apply-resources">
                <ModalHeader title="Apply the cluster resources" labelId="apply-resources" />
                <ModalBody>
                  <div className="kb-stack">
                    <Facts
                      facts={[
                        ['Who', hub?.identity ?? 'unknown identity'],
                        ['Where', ask.where === 'hub' ? (hub?.name ?? ask.hub) : `spokes of ${hub?.name ?? ask.hub}`],
                        [
                          'How',
                          ask.where === 'hub'
                            ? 'server-side apply'
                            : ask.way === 'work'
                              ? 'a manifest work each'
                              : 'an ACM policy',
                        ],
                        ['How many', plural(changes, 'change')],
                        ['Undone by', 'removing these objects, which acts on the nodes once more'],
                      ]}
                    />
                    {made.restarts && <Nodes what={made.restarts} />}
                    {made.mayRestart && (
                      <Checkbox
                        id="restart-sure"
                        label="The nodes may restart now"
                        isChecked={sure}
                        onChange={(_event, on) => setSure(on)}
                      />
                    )}
                    {apply.fault && <FaultAlert fault={apply.fault} />}
                  </div>
                </ModalBody>
                <ModalFooter>
                  <Button isDisabled={made.mayRestart && !sure} isLoading={apply.busy} onClick={() => apply.act(ask)}>
                    Apply
                  </Button>
                  <Button variant="link" onClick={() => setAsking(false)}>
                    Cancel
                  </Button>
                </ModalFooter>
              </Modal>
            )}
          </section>
        );
      }}
    </Answer>
  );
}

/** What applying does to nodes, in the engine's words. */
function Nodes({ what }: { what: string }) {
  return (
    <Alert isInline variant="warning" component="p" title="What it does to nodes">
      {what}
    </Alert>
  );
}
