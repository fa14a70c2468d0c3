import { Button } from '@patternfly/react-core';
import { useEffect, useState } from 'react';
import type { ImageSet, SetFinding } from '../../../shared/contract/image-set.ts';
import { Findings } from '../../editor/findings.tsx';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { NothingYet } from '../../parts/states.tsx';
import { formatRoute } from '../../state/route.ts';
import { useAct } from '../../state/use-call.ts';
import { useRoute } from '../../state/use-route.ts';
import { FormCatalogs } from './form-catalogs.tsx';
import { Field, Lines } from './form-fields.tsx';
import { FormKmm } from './form-kmm.tsx';
import { FormReleases } from './form-releases.tsx';

interface Props {
  text: string;
  set: ImageSet | undefined;
  findings: readonly SetFinding[];
  onChange: (text: string) => void;
}

/** The set as a form. Each finished field is written into the text, whose comments stay. */
export function SetForm({ text, set, findings, onChange }: Props) {
  const [draft, setDraft] = useState(set);
  const { route } = useRoute();
  const write = useAct('mirror.write', { quiet: true, done: ({ yaml }) => onChange(yaml) });
  // The text may be edited in the other tab, or be read for the first time.
  useEffect(() => {
    if (set) setDraft(set);
  }, [set]);
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
  const change = (part: Partial<ImageSet>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    write.act({ set: next, yaml: text });
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
