import { Button } from '@patternfly/react-core';
import type { ImageSet } from '../../../shared/contract/image-set.ts';
import { Choice, Field } from './form-fields.tsx';

type Kmm = NonNullable<ImageSet['kmm']>;

/** KMM itself, for hub and spokes. */
export function FormKmm({ kmm, onChange }: { kmm: ImageSet['kmm']; onChange: (kmm: ImageSet['kmm']) => void }) {
  if (!kmm)
    return (
      <fieldset className="kb-group">
        <legend>Kernel Module Management</legend>
        <Button variant="secondary" onClick={() => onChange({ flavour: 'openshift', catalog: '', version: '' })}>
          Take KMM
        </Button>
      </fieldset>
    );
  const change = (part: Partial<Kmm>) => onChange({ ...kmm, ...part });
  return (
    <fieldset className="kb-group">
      <legend>Kernel Module Management</legend>
      <div className="kb-field-row">
        <Choice
          label="Flavour"
          value={kmm.flavour}
          options={{ openshift: 'of a Red Hat catalog', upstream: 'the project’s own images' }}
          onDone={(flavour) => change({ flavour })}
        />
        {kmm.flavour === 'openshift' && (
          <Field label="Catalog image" value={kmm.catalog} onDone={(catalog) => change({ catalog })} />
        )}
        <Field
          label={kmm.flavour === 'openshift' ? 'Channel' : 'Version'}
          value={kmm.version}
          hint={kmm.flavour === 'openshift' ? 'the default channel' : 'v2.4.1'}
          onDone={(version) => change({ version })}
        />
        <Button variant="link" onClick={() => onChange(undefined)}>
          Remove
        </Button>
      </div>
    </fieldset>
  );
}
