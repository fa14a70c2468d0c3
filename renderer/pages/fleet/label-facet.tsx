import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { TickList } from '../../parts/facet.tsx';
import { useCall } from '../../state/use-call.ts';
import { count } from '../../words/format.ts';

interface Props {
  hub: string;
  keys: { value: string; count: number }[];
  chosen: string[];
  onChange: (labels: string[]) => void;
}

/** Labels in two steps: a key, then its values. All chosen labels must hold together. */
export function LabelFacet({ hub, keys, chosen, onChange }: Props) {
  const [key, setKey] = useState('');
  const values = useCall('fleet.labelValues', { hub, key }, { enabled: key !== '' }).data?.values ?? [];
  if (key === '')
    return (
      <ul className="kb-keys-list" aria-label="Label keys">
        {keys.map(({ value, count: many }) => (
          <li key={value}>
            <button type="button" onClick={() => setKey(value)}>
              <span className="kb-cut">{value}</span>
              <span className="kb-num kb-subtle">{count(many)}</span>
            </button>
          </li>
        ))}
        {keys.length === 0 && <li className="kb-subtle kb-pad">No labels seen.</li>}
      </ul>
    );
  const mine = chosen.filter((label) => label.startsWith(`${key}=`)).map((label) => label.slice(key.length + 1));
  return (
    <>
      <Button variant="link" onClick={() => setKey('')}>
        ← {key}
      </Button>
      <TickList
        label={`Values of ${key}`}
        searchable
        options={values.map(({ value, count: many }) => ({ value, word: value || '(empty)', count: many }))}
        chosen={mine}
        onChange={(next) =>
          onChange([
            ...chosen.filter((label) => !label.startsWith(`${key}=`)),
            ...next.map((value) => `${key}=${value}`),
          ])
        }
      />
    </>
  );
}
