import { Modal, ModalBody } from '@patternfly/react-core';
import { type KeyboardEvent, useDeferredValue, useState } from 'react';
import type { Output } from '../../shared/contract.ts';
import type { Route } from '../state/route.ts';
import { useCall } from '../state/use-call.ts';
import { type Goal, rank } from './palette-rank.ts';

type Hub = Output<'hubs.list'>['hubs'][number];
type Go = (to: Partial<Route> & Pick<Route, 'page'>) => void;
interface Way extends Goal {
  run: () => void;
}

interface Props {
  hub: Hub | undefined;
  hubs: readonly Hub[];
  go: Go;
  onClose: () => void;
  onHelp: () => void;
}

/** Ctrl+K: every page, hub, module and action by name, and spokes as the store finds them. */
export function Palette({ hub, hubs, go, onClose, onHelp }: Props) {
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const search = useDeferredValue(query.trim());
  const modules = useCall('modules.list', { hub: hub?.id ?? '-' }, { enabled: hub !== undefined });
  const spokes = useCall(
    'fleet.page',
    { hub: hub?.id ?? '-', filter: { search }, limit: 6 },
    { enabled: hub !== undefined && search.length >= 2, keep: true },
  );
  const ways: Way[] = pages(hub, go, onHelp);
  for (const { id, name } of hubs)
    ways.push({ id: `hub:${id}`, title: name, kind: 'hub', run: () => go({ page: 'hub', hub: id }) });
  for (const { name } of modules.data?.modules ?? [])
    ways.push({
      id: `module:${name}`,
      title: name,
      kind: 'module',
      run: () => go({ page: 'modules', hub: hub?.id ?? '', path: ['m', name] }),
    });
  const found = rank(ways, query);
  if (search.length >= 2)
    for (const { name } of spokes.data?.rows ?? [])
      found.push({
        id: `spoke:${name}`,
        title: name,
        kind: 'spoke',
        run: () => go({ page: 'fleet', hub: hub?.id ?? '', query: { spoke: name } }),
      });
  const chosen = Math.min(at, found.length - 1);

  function run(way: Way | undefined) {
    if (!way) return;
    onClose();
    way.run();
  }
  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'ArrowDown') setAt(Math.min(found.length - 1, chosen + 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(0, chosen - 1));
    else if (event.key === 'Enter') run(found[chosen]);
    else return;
    event.preventDefault();
  }
  return (
    <Modal
      isOpen
      variant="small"
      position="top"
      aria-label="Go to anything"
      onClose={onClose}
      className="kb-palette"
      elementToFocus="#palette"
    >
      <ModalBody>
        <input
          id="palette"
          role="combobox"
          aria-label="Go to a page, hub, spoke or module"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={found[chosen] ? `palette-${chosen}` : undefined}
          aria-autocomplete="list"
          placeholder="Go to a page, hub, spoke or module"
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
        <div id="palette-list" role="listbox" aria-label="Found">
          {found.map((way, index) => (
            <div
              key={way.id}
              id={`palette-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              onMouseMove={() => setAt(index)}
              onClick={() => run(way)}
              onKeyDown={onKeyDown}
            >
              <span>{way.title}</span>
              <span className="kb-faint">{way.kind}</span>
            </div>
          ))}
        </div>
        {found.length === 0 && <p className="kb-subtle kb-pad">Nothing is called so.</p>}
      </ModalBody>
    </Modal>
  );
}

function pages(hub: Hub | undefined, go: Go, onHelp: () => void): Way[] {
  const id = hub?.id ?? '';
  const ofHub: Way[] = [
    {
      id: 'fleet',
      title: 'Fleet',
      kind: 'page',
      aliases: ['spokes', 'managedclusters', 'sno'],
      run: () => go({ page: 'fleet', hub: id }),
    },
    {
      id: 'modules',
      title: 'Modules',
      kind: 'page',
      aliases: ['mcm', 'managedclustermodules'],
      run: () => go({ page: 'modules', hub: id }),
    },
    {
      id: 'new',
      title: 'New module',
      kind: 'action',
      aliases: ['create module'],
      run: () => go({ page: 'modules', hub: id, path: ['new'] }),
    },
    { id: 'reports', title: 'Reports', kind: 'page', run: () => go({ page: 'reports', hub: id }) },
    {
      id: 'kmm',
      title: 'KMM on hub and spokes',
      kind: 'page',
      aliases: ['install kmm', 'operator'],
      run: () => go({ page: 'hub', hub: id, path: ['kmm'] }),
    },
    {
      id: 'access',
      title: 'What may I do here',
      kind: 'page',
      aliases: ['access', 'rights', 'rbac'],
      run: () => go({ page: 'hub', hub: id, path: ['access'] }),
    },
  ];
  return [
    ...(hub ? ofHub : []),
    { id: 'hubs', title: 'Hubs', kind: 'page', run: () => go({ page: 'hubs' }) },
    {
      id: 'add',
      title: 'Add a hub',
      kind: 'action',
      aliases: ['kubeconfig', 'connect'],
      run: () => go({ page: 'hubs', path: ['new'] }),
    },
    {
      id: 'practice',
      title: 'Start a practice hub',
      kind: 'action',
      aliases: ['lab', 'demo'],
      run: () => go({ page: 'welcome' }),
    },
    { id: 'help', title: 'Help and keys', kind: 'action', run: onHelp },
  ];
}
