import { Button, TextInput } from '@patternfly/react-core';
import TrashIcon from '@patternfly/react-icons/dist/esm/icons/trash-icon';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { FleetSort } from '../../../shared/contract/fleet.ts';
import { Flyout } from '../../parts/facet.tsx';
import { useAct, useCall } from '../../state/use-call.ts';
import type { FleetView } from './fleet-view.ts';

/** Filters and sort under a name, for the next time. */
export function SavedViews({ view, onShow }: { view: FleetView; onShow: (view: FleetView) => void }) {
  const queries = useQueryClient();
  const refresh = () => void queries.invalidateQueries({ queryKey: ['views.list'] });
  const { data } = useCall('views.list', {});
  const [name, setName] = useState('');
  const save = useAct('views.save', {
    done: () => {
      setName('');
      refresh();
    },
  });
  const remove = useAct('views.remove', { done: refresh });
  const views = data?.views ?? [];
  return (
    <Flyout label="Views">
      {(close) => (
        <>
          <ul className="kb-keys-list" aria-label="Saved views">
            {views.map((saved) => (
              <li key={saved.id} className="kb-between">
                <button
                  type="button"
                  onClick={() => {
                    const sort = FleetSort.safeParse(saved.sort);
                    onShow({
                      filter: saved.filter,
                      sort: sort.success ? sort.data : 'name',
                      descending: saved.descending,
                    });
                    close();
                  }}
                >
                  <span className="kb-cut">{saved.name}</span>
                </button>
                <Button
                  variant="plain"
                  size="sm"
                  aria-label={`Forget ${saved.name}`}
                  icon={<TrashIcon />}
                  onClick={() => remove.act({ id: saved.id })}
                />
              </li>
            ))}
            {views.length === 0 && <li className="kb-subtle kb-pad">No views saved yet.</li>}
          </ul>
          <form
            className="kb-inline-form"
            onSubmit={(event) => {
              event.preventDefault();
              if (name.trim() !== '') save.act({ name: name.trim(), ...view });
            }}
          >
            <TextInput
              aria-label="Name of this view"
              placeholder="Name of this view"
              value={name}
              maxLength={80}
              onChange={(_event, value) => setName(value)}
            />
            <Button type="submit" variant="secondary" isDisabled={name.trim() === ''} isLoading={save.busy}>
              Save
            </Button>
          </form>
        </>
      )}
    </Flyout>
  );
}
