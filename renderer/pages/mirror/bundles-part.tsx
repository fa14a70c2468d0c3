import { Button, ExpandableSection } from '@patternfly/react-core';
import { useState } from 'react';
import { Answer } from '../../parts/answer.tsx';
import { Badge } from '../../parts/badge.tsx';
import { NothingYet } from '../../parts/states.tsx';
import { useCall } from '../../state/use-call.ts';
import { useRoute } from '../../state/use-route.ts';
import { bytes, clockTime, count, plainWords } from '../../words/format.ts';
import { AcknowledgePart } from './acknowledge-part.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { KeysPart } from './keys-part.tsx';
import { ReadDialog } from './read-dialog.tsx';
import { signatureWords } from './words.ts';

/** What travels on disks: written here, brought in here, and what sites sent back. */
export function BundlesPart() {
  const asked = useCall('mirror.bundles', {});
  const { route, refine } = useRoute();
  const empty = useCall('mirror.store', {}).data?.images === 0;
  const [open, setOpen] = useState<'export' | 'read' | undefined>();
  const shown = route.query['open'];
  const part = (name: string) => ({
    isExpanded: shown === name,
    onToggle: (_event: unknown, on: boolean) => refine({ open: on ? name : '' }),
  });
  const actions = (
    <>
      {!empty && <Button onClick={() => setOpen('export')}>Write a bundle</Button>}
      <Button variant={empty ? 'primary' : 'secondary'} onClick={() => setOpen('read')}>
        Bring one in
      </Button>
    </>
  );
  return (
    <>
      <Answer of={asked} what="the bundles">
        {({ bundles }) =>
          bundles.length === 0 ? (
            <NothingYet title="No bundle yet" next={actions}>
              A bundle carries images of the store on one disk or several: signed, checked when it is read, and only
              what the site lacks.{empty && ' The store is empty: pull an image set first, or bring a bundle in.'}
            </NothingYet>
          ) : (
            <div className="kb-stack">
              <div className="kb-actions">{actions}</div>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: in a narrow window it scrolls, and holds nothing else to focus */}
              <section className="kb-wide-table kb-whole" aria-label="Bundles" tabIndex={0}>
                <table className="kb-plain">
                  <caption>Bundles written and brought in</caption>
                  <thead>
                    <tr>
                      <th scope="col">Bundle</th>
                      <th scope="col">Made</th>
                      <th scope="col">For</th>
                      <th scope="col" className="kb-right">
                        Images
                      </th>
                      <th scope="col" className="kb-right">
                        Size
                      </th>
                      <th scope="col">Signature</th>
                      <th scope="col">What became of it</th>
                    </tr>
                  </thead>
                  <tbody>
                    {bundles.map((bundle) => (
                      <tr key={`${bundle.id}${bundle.path}`}>
                        <th scope="row">
                          <code>{bundle.id.slice(0, 12)}</code>
                        </th>
                        <td className="kb-once">{clockTime(bundle.madeAt)}</td>
                        <td className="kb-break">{bundle.site || 'any site'}</td>
                        <td className="kb-right">{count(bundle.images)}</td>
                        <td className="kb-right kb-once">{bytes(bundle.bytes)}</td>
                        <td>
                          <Badge {...signatureWords[bundle.signature]} title={bundle.key} />
                        </td>
                        <td className="kb-break">
                          {plainWords(bundle.sentence)} <span className="kb-faint">{bundle.path}</span>
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </section>
            </div>
          )
        }
      </Answer>
      <ExpandableSection
        toggleText="From a site and back to it: inventory and acknowledgement"
        isIndented
        {...part('receipt')}
      >
        <AcknowledgePart />
      </ExpandableSection>
      <ExpandableSection toggleText="Keys that sign bundles" isIndented {...part('keys')}>
        <KeysPart />
      </ExpandableSection>
      {open === 'export' && <ExportDialog onClose={() => setOpen(undefined)} />}
      {open === 'read' && <ReadDialog onClose={() => setOpen(undefined)} />}
    </>
  );
}
