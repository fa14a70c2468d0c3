import { Button } from '@patternfly/react-core';
import type { ImageSet } from '../../../shared/contract/image-set.ts';
import { Field, Tick } from './form-fields.tsx';

type Catalog = ImageSet['catalogs'][number];
type Package = Catalog['packages'][number];

/** Operator catalogs: which packages of them, with which range. */
export function FormCatalogs({
  catalogs,
  onChange,
}: {
  catalogs: readonly Catalog[];
  onChange: (catalogs: Catalog[]) => void;
}) {
  const change = (at: number, part: Partial<Catalog>) =>
    onChange(catalogs.map((each, index) => (index === at ? { ...each, ...part } : each)));
  return (
    <fieldset className="kb-group">
      <legend>Operator catalogs</legend>
      {catalogs.map((catalog, at) => (
        <div key={at} className="kb-stack">
          <div className="kb-field-row">
            <Field label="Catalog image" value={catalog.image} onDone={(image) => change(at, { image })} />
            <Tick
              label="with required packages"
              on={catalog.dependencies}
              onDone={(dependencies) => change(at, { dependencies })}
            />
            <Tick label="everything in it" on={catalog.full} onDone={(full) => change(at, { full })} />
            <Button variant="link" onClick={() => onChange(catalogs.filter((_, index) => index !== at))}>
              Remove
            </Button>
          </div>
          {!catalog.full && <Packages packages={catalog.packages} onChange={(packages) => change(at, { packages })} />}
        </div>
      ))}
      <div className="kb-actions">
        <Button
          variant="secondary"
          onClick={() =>
            onChange([
              ...catalogs,
              {
                image: 'registry.redhat.io/redhat/redhat-operator-index:v4.12',
                packages: [],
                full: false,
                dependencies: true,
                target: '',
              },
            ])
          }
        >
          Add a catalog
        </Button>
      </div>
    </fieldset>
  );
}

function Packages({ packages, onChange }: { packages: readonly Package[]; onChange: (packages: Package[]) => void }) {
  const change = (at: number, part: Partial<Package>) =>
    onChange(packages.map((each, index) => (index === at ? { ...each, ...part } : each)));
  return (
    <div className="kb-stack kb-indent">
      {packages.map((each, at) => (
        <div key={at} className="kb-field-row">
          <Field label="Package" value={each.name} onDone={(name) => change(at, { name })} />
          <Field
            label="Channels"
            hint="the default channel"
            value={each.channels.map(({ name }) => name).join(', ')}
            onDone={(text) => {
              const names = text.split(',').map((name) => name.trim());
              const channels = names.filter((name) => name !== '');
              change(at, {
                channels: channels.map((name) => each.channels.find((one) => one.name === name) ?? { name }),
              });
            }}
          />
          {each.channels.length === 0 && (
            <>
              <Field
                label="From"
                value={each.from ?? ''}
                hint="newest"
                onDone={(from) => change(at, { from: from || undefined })}
              />
              <Field
                label="To"
                value={each.to ?? ''}
                hint="newest"
                onDone={(to) => change(at, { to: to || undefined })}
              />
            </>
          )}
          <Button variant="link" onClick={() => onChange(packages.filter((_, index) => index !== at))}>
            Remove
          </Button>
        </div>
      ))}
      <div className="kb-actions">
        <Button
          variant="link"
          onClick={() => onChange([...packages, { name: 'kernel-module-management', channels: [] }])}
        >
          Add a package
        </Button>
      </div>
    </div>
  );
}
