import { Button } from '@patternfly/react-core';
import { useEffect, useRef, useState } from 'react';
import type { ImageSet, SetFinding } from '../../../shared/contract/image-set.ts';
import { Findings } from '../../editor/findings.tsx';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { Loading, NothingYet } from '../../parts/states.tsx';
import { formatRoute } from '../../state/route.ts';
import { useAct } from '../../state/use-call.ts';
import { useRoute } from '../../state/use-route.ts';
import { FormCatalogs } from './form-catalogs.tsx';
import { Field, Lines } from './form-fields.tsx';
import { FormKmm } from './form-kmm.tsx';
import { FormReleases } from './form-releases.tsx';

interface Props {
  text: string;
  /** What the text says, when the text could be read. */
  set: ImageSet | undefined;
  /** `set` and `findings` are of an earlier text. */
  old: boolean;
  findings: readonly SetFinding[];
  onChange: (text: string) => void;
}

/** The set as a form. Each finished field is written into the text, whose comments stay. */
export function SetForm({ text, set, old, findings, onChange }: Props) {
  /** The set as the form shows it, and the text it belongs to. */
  const [shown, setShown] = useState({ set: old ? undefined : set, of: text });
  const { route } = useRoute();
  const write = useAct('mirror.write', { quiet: true });
  const writes = useRef({ begun: 0, ended: 0 });
  // The text may be edited in the other tab, or be read for the first time. An answer about an earlier text, or one that comes
  // while a field is being written, would take the newest field back.
  useEffect(() => {
    if (set && !old && writes.current.begun === writes.current.ended) setShown({ set, of: text });
  }, [set, old, text]);
  const draft = shown.of === text ? shown.set : undefined;
  if (!draft && old) return <Loading what="the image set" />;
  if (!draft)
    return (
      <NothingYet
        title="The text has an error"
        next={
          <Button component="a" href={formatRoute({ ...route, query: { tab: 'yaml' } })}>
            See the text
          </Button>
        }
      >
        {findings.find(({ severity }) => severity === 'error')?.message ?? 'Mend it in the text first.'} The form comes
        back when the text can be read.
      </NothingYet>
    );
  const change = async (part: Partial<ImageSet>) => {
    const next = { ...draft, ...part };
    setShown({ set: next, of: text });
    const mine = ++writes.current.begun;
    const written = await write.ask({ set: next, yaml: text }).catch(() => undefined); // the fault is shown above the form
    writes.current.ended++;
    // A later field's write has this one's value, too.
    if (!written || mine !== writes.current.begun) return;
    setShown({ set: next, of: written.yaml });
    onChange(written.yaml);
  };
  return (
    <div className="kb-form kb-stack">
      {write.fault && <FaultAlert fault={write.fault} />}
      <Findings findings={findings.map((finding) => ({ ...finding, rule: 'set', spokes: [] }))} />
      <Field label="Name" value={draft.name} onDone={(name) => change({ name })} />
      <FormReleases releases={draft.releases} onChange={(releases) => change({ releases })} />
      <FormKmm kmm={draft.kmm} onChange={(kmm) => change({ kmm })} />
      <FormCatalogs catalogs={draft.catalogs} onChange={(catalogs) => change({ catalogs })} />
      <fieldset className="kb-group">
        <legend>Further images</legend>
        <Lines
          label="One reference a line"
          values={draft.images.map(({ name }) => name)}
          onDone={(names) =>
            change({
              images: names.map((name) => draft.images.find((image) => image.name === name) ?? { name, target: '' }),
            })
          }
        />
        <Lines
          label="Leave out what matches (RE2 expressions, one a line)"
          values={draft.blocked}
          onDone={(blocked) => change({ blocked })}
        />
        <Lines
          label="Platforms to take (os/architecture, one a line; none: all)"
          values={draft.platforms}
          onDone={(platforms) => change({ platforms })}
        />
      </fieldset>
      <p className="kb-subtle">
        Modules for given kernels and Helm charts are written in the text: its completion shows every field.
      </p>
    </div>
  );
}
