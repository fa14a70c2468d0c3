import { Modal, ModalBody } from '@patternfly/react-core';
import { type KeyboardEvent, useDeferredValue, useState } from 'react';
import type { Output } from '../../shared/contract.ts';
import { useCall } from '../state/use-call.ts';
import { rank } from './palette-rank.ts';
import { type Go, pageWays, type Way } from './palette-ways.ts';

type Hub = Output<'hubs.list'>['hubs'][number];

interface Props {
  hub: Hub | undefined;
  hubs: readonly Hub[];
  go: Go;
  onClose: () => void;
  onHelp: () => void;
}

/** Ctrl+K: every page, hub, module, image set and action by name, and spokes as the store finds them. */
export function Palette({ hub, hubs, go, onClose, onHelp }: Props) {
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const search = useDeferredValue(query.trim());
  const modules = useCall('modules.list', { hub: hub?.id ?? '-' }, { enabled: hub !== undefined });
  const sets = useCall('mirror.sets', {});
  const spokes = useCall(
    'fleet.page',
    { hub: hub?.id ?? '-', filter: { search }, limit: 6 },
    { enabled: hub !== undefined && search.length >= 2, keep: true },
  );
  const ways: Way[] = pageWays(hub?.id, go, onHelp);
  for (const { id, name } of hubs)
    ways.push({ id: `hub:${id}`, title: name, kind: 'hub', run: () => go({ page: 'hub', hub: id }) });
  for (const { name } of modules.data?.modules ?? [])
    ways.push({
      id: `module:${name}`,
      title: name,
      kind: 'module',
      run: () => go({ page: 'modules', hub: hub?.id ?? '', path: ['m', name] }),
    });
  for (const { name } of sets.data?.sets ?? [])
    ways.push({
      id: `set:${name}`,
      title: name,
      kind: 'image set',
      aliases: ['mirror'],
      run: () => go({ page: 'mirror', path: ['sets', name] }),
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
          aria-label="Go to a page, hub, spoke, module or image set"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={found[chosen] ? `palette-${chosen}` : undefined}
          aria-autocomplete="list"
          placeholder="Go to a page, hub, spoke, module or image set"
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
