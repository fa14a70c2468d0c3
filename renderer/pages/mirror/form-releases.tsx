import { Button } from '@patternfly/react-core';
import { GraphImageSet, type ImageSet, OkdPlaces } from '../../../shared/contract/image-set.ts';
import { Choice, Field, Lines, Tick } from './form-fields.tsx';

type Releases = NonNullable<ImageSet['releases']>;
const architectures = ['amd64', 'arm64', 'ppc64le', 's390x', 'multi'] as const;

const first: Releases = {
  graph: 'https://api.openshift.com/api/upgrades_info/v1/graph',
  architectures: ['amd64'],
  channels: [{ name: 'stable-4.12', type: 'ocp', path: 'all' }],
  images: [],
  components: [],
  signatures: '',
  keys: [],
  unsigned: 'refuse',
  kubevirt: false,
};

/** OpenShift releases: channels with ranges, architectures, explicit images. */
export function FormReleases({
  releases,
  onChange,
}: {
  releases: ImageSet['releases'];
  onChange: (releases: ImageSet['releases']) => void;
}) {
  if (!releases)
    return (
      <fieldset className="kb-group">
        <legend>OpenShift releases</legend>
        <Button variant="secondary" onClick={() => onChange(first)}>
          Take releases
        </Button>
      </fieldset>
    );
  const change = (part: Partial<Releases>) => onChange({ ...releases, ...part });
  const channel = (at: number, part: Partial<Releases['channels'][number]>) =>
    change({ channels: releases.channels.map((each, index) => (index === at ? { ...each, ...part } : each)) });
  /** An emptied field is the public place again; where both are, OKD's places go from the text. */
  const changeOkd = (part: Partial<NonNullable<Releases['okd']>>) => {
    const usual = OkdPlaces.parse({});
    const next = { ...usual, ...releases.okd, ...part };
    const okd = { ...next, graph: next.graph || usual.graph, signatures: next.signatures || usual.signatures };
    const asUsual = okd.graph === usual.graph && okd.signatures === usual.signatures && okd.keys.length === 0;
    change({ okd: asUsual ? undefined : okd });
  };
  return (
    <fieldset className="kb-group">
      <legend>OpenShift releases</legend>
      {releases.channels.map((each, at) => (
        <div key={at} className="kb-field-row">
          <Field label="Channel" value={each.name} onDone={(name) => channel(at, { name })} />
          <Field
            label="From"
            value={each.from ?? ''}
            hint="its head"
            onDone={(from) => channel(at, { from: from || undefined })}
          />
          <Field
            label="To"
            value={each.to ?? ''}
            hint="its head"
            onDone={(to) => channel(at, { to: to || undefined })}
          />
          <Choice
            label="Of"
            value={each.type}
            options={{ ocp: 'OpenShift', okd: 'OKD' }}
            onDone={(type) => channel(at, { type })}
          />
          <Choice
            label="Versions between"
            value={each.path}
            options={{ all: 'all', shortest: 'shortest update path' }}
            onDone={(path) => channel(at, { path })}
          />
          <Button
            variant="link"
            onClick={() => change({ channels: releases.channels.filter((_, index) => index !== at) })}
          >
            Remove
          </Button>
        </div>
      ))}
      <div className="kb-actions">
        <Button
          variant="secondary"
          onClick={() =>
            change({ channels: [...releases.channels, { name: 'stable-4.12', type: 'ocp', path: 'all' }] })
          }
        >
          Add a channel
        </Button>
        <Button variant="link" onClick={() => onChange(undefined)}>
          No releases
        </Button>
      </div>
      <fieldset className="kb-field-row" aria-label="Architectures">
        <span className="kb-inline-check">Architectures</span>
        {architectures.map((each) => (
          <Tick
            key={each}
            label={each}
            on={releases.architectures.includes(each)}
            locked={releases.architectures.join() === each ? 'One architecture at least' : ''}
            onDone={(on) =>
              change({
                architectures: architectures.filter((other) =>
                  other === each ? on : releases.architectures.includes(other),
                ),
              })
            }
          />
        ))}
      </fieldset>
      <Tick
        label="Only each release’s driver toolkit, not the whole payload"
        on={releases.components.length === 1 && releases.components[0] === 'driver-toolkit'}
        onDone={(on) => change({ components: on ? ['driver-toolkit'] : [] })}
      />
      <Tick
        label="Also each release’s disk image for KubeVirt machines (hosted control planes)"
        on={releases.kubevirt}
        onDone={(kubevirt) => change({ kubevirt })}
      />
      <GraphImageFields value={releases.graphImage} onChange={(graphImage) => change({ graphImage })} />
      {releases.channels.some(({ type }) => type === 'okd') && (
        <div className="kb-field-row">
          <Field
            label="OKD’s update graph (service or file)"
            value={releases.okd?.graph ?? ''}
            hint="its public service"
            onDone={(graph) => changeOkd({ graph })}
          />
          <Field
            label="OKD’s signatures (address or folder)"
            value={releases.okd?.signatures ?? ''}
            hint="its public place"
            onDone={(signatures) => changeOkd({ signatures })}
          />
        </div>
      )}
      <Field
        label="Update graph (service or file)"
        value={releases.graph}
        usual={first.graph}
        onDone={(graph) => change({ graph })}
      />
      <Field
        label="Signatures (address or folder)"
        value={releases.signatures}
        hint="the public place"
        onDone={(signatures) => change({ signatures })}
      />
      <Choice
        label="A release without a valid signature is"
        value={releases.unsigned}
        options={{ refuse: 'refused', accept: 'taken, with a warning' }}
        onDone={(unsigned) => change({ unsigned })}
      />
      <Lines
        label="Release images named outright, one a line"
        values={releases.images}
        onDone={(images) => change({ images })}
      />
    </fieldset>
  );
}

/** The graph-data image: made or not, and of what. */
function GraphImageFields({
  value,
  onChange,
}: {
  value: Releases['graphImage'];
  onChange: (value: Releases['graphImage']) => void;
}) {
  const usual = GraphImageSet.parse({});
  return (
    <>
      <Tick
        label="Make the graph-data image for an OpenShift Update Service"
        on={value !== undefined}
        onDone={(on) => onChange(on ? usual : undefined)}
      />
      {value && (
        <div className="kb-field-row">
          <Field
            label="Its base image"
            value={value.base}
            usual={usual.base}
            onDone={(base) => onChange({ ...value, base })}
          />
          <Field
            label="Graph data (address or file)"
            value={value.data}
            usual={usual.data}
            onDone={(data) => onChange({ ...value, data })}
          />
        </div>
      )}
    </>
  );
}
