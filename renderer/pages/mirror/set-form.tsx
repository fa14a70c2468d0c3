import { Button } from '@patternfly/react-core';
import type { SetFinding } from '../../../shared/contract/image-set.ts';
import { Findings } from '../../editor/findings.tsx';
import { Loading, NothingYet } from '../../parts/states.tsx';
import { formatRoute } from '../../state/route.ts';
import { useRoute } from '../../state/use-route.ts';
import { FormCatalogs } from './form-catalogs.tsx';
import { Field, Lines } from './form-fields.tsx';
import { FormKmm } from './form-kmm.tsx';
import { FormReleases } from './form-releases.tsx';
import type { SetFormState } from './use-set-form.ts';

interface Props {
  form: SetFormState;
  /** The text is being read. */
  reading: boolean;
  findings: readonly SetFinding[];
}

/** The set as a form over its text. */
export function SetForm({ form, reading, findings }: Props) {
  const { route } = useRoute();
  const { draft, change } = form;
  if (!draft && reading) return <Loading what="the image set" />;
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
  return (
    <div className="kb-form kb-stack">
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
