import { Button, FormSelect, FormSelectOption } from '@patternfly/react-core';
import ClusterIcon from '@patternfly/react-icons/dist/esm/icons/cluster-icon';
import { useState } from 'react';
import type { SiteRow } from '../../../shared/contract/mirror.ts';
import type { Output } from '../../../shared/contract.ts';
import { Answer } from '../../parts/answer.tsx';
import { NothingYet } from '../../parts/states.tsx';
import { formatRoute } from '../../state/route.ts';
import { useCall } from '../../state/use-call.ts';
import { useRoute } from '../../state/use-route.ts';
import { formatSelector, parseSelector } from '../hubs/selector.ts';
import { ResourceView } from './resource-view.tsx';

type Hub = Output<'hubs.list'>['hubs'][number];

/** What hub and spokes must be told so that they pull from the site's registry. */
export function ClustersPart({ hub, hubs }: { hub: Hub | undefined; hubs: readonly Hub[] }) {
  const asked = useCall('mirror.sites', {});
  return (
    <Answer of={asked} what="the registries">
      {({ sites }) => <Chosen hub={hub} hubs={hubs} sites={sites.filter(({ role }) => role === 'site')} />}
    </Answer>
  );
}

function Chosen({ hub, hubs, sites }: { hub: Hub | undefined; hubs: readonly Hub[]; sites: readonly SiteRow[] }) {
  const { route, refine } = useRoute();
  // What is chosen stands in the address: a reload, or the way back, shows the same.
  const { site = '', target = hub?.id ?? '', labels: selector = '' } = route.query;
  const where = route.query['where'] === 'spokes' ? 'spokes' : 'hub';
  const way = route.query['way'] === 'work' ? 'work' : 'policy';
  // A registry that this laptop pushed nothing to may hold what another did.
  const [looked, setLooked] = useState('');
  if (sites.length === 0)
    return (
      <NothingYet
        icon={ClusterIcon}
        title="No registry yet"
        next={
          <Button component="a" href={formatRoute({ page: 'mirror', path: ['sites'] })}>
            See the registries
          </Button>
        }
      >
        Mirror sets, catalog sources and release signatures are made from what a site’s registry holds.
      </NothingYet>
    );
  if (hubs.length === 0)
    return (
      <NothingYet
        icon={ClusterIcon}
        title="No hub yet"
        next={
          <Button component="a" href={formatRoute({ page: 'hubs', path: ['new'] })}>
            Add a hub
          </Button>
        }
      >
        The objects are shown as a difference to what a hub has, and applied there or on its spokes.
      </NothingYet>
    );
  const from =
    sites.find(({ id }) => id === site)?.id || sites.find(({ images }) => images > 0)?.id || sites[0]?.id || '';
  const registry = sites.find(({ id }) => id === from);
  const at = (hubs.find(({ id }) => id === target) ?? hubs[0])?.id || '';
  return (
    <div className="kb-stack">
      <div className="kb-filter-row">
        <FormSelect
          aria-label="Registry"
          className="kb-select"
          value={from}
          onChange={(_event, value) => refine({ site: value })}
        >
          {sites.map(({ id, name }) => (
            <FormSelectOption key={id} value={id} label={`From ${name}`} />
          ))}
        </FormSelect>
        <FormSelect
          aria-label="Hub"
          className="kb-select"
          value={at}
          onChange={(_event, value) => refine({ target: value })}
        >
          {hubs.map(({ id, name }) => (
            <FormSelectOption key={id} value={id} label={name} />
          ))}
        </FormSelect>
        <FormSelect
          aria-label="Where"
          className="kb-select"
          value={where}
          onChange={(_event, value) => refine({ where: value })}
        >
          <FormSelectOption value="hub" label="on the hub itself" />
          <FormSelectOption value="spokes" label="on its spokes" />
        </FormSelect>
        {where === 'spokes' && (
          <>
            <FormSelect
              aria-label="How"
              className="kb-select"
              value={way}
              onChange={(_event, value) => refine({ way: value })}
            >
              <FormSelectOption value="policy" label="by an ACM policy" />
              <FormSelectOption value="work" label="by a manifest work each" />
            </FormSelect>
            <input
              className="kb-input"
              aria-label="Labels of the spokes"
              placeholder="all spokes; e.g. site=north"
              defaultValue={selector}
              onBlur={(event) => refine({ labels: formatSelector(parseSelector(event.target.value)) })}
            />
          </>
        )}
      </div>
      {registry?.images === 0 && looked !== from && (
        <NothingYet
          icon={ClusterIcon}
          title={`Nothing was pushed from here to ${registry.name} yet`}
          next={
            <div className="kb-actions">
              <Button component="a" href={formatRoute({ page: 'mirror', path: ['sites'] })}>
                Push to a registry
              </Button>
              <Button variant="secondary" onClick={() => setLooked(from)}>
                Look what another laptop pushed
              </Button>
            </div>
          }
        >
          Clusters are told of all that trusted laptops pushed there: push the store, or look what another one did. What
          is there already does not travel again.
        </NothingYet>
      )}
      {registry && (registry.images > 0 || looked === from) && at !== '' && (
        <ResourceView
          key={`${from} ${at} ${where} ${way} ${selector}`}
          hub={hubs.find(({ id }) => id === at)}
          ask={{ site: from, hub: at, where, way, spokeSelector: parseSelector(selector) }}
        />
      )}
    </div>
  );
}
