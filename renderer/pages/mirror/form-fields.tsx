import { useId } from 'react';

/** A text field that tells its value when it is left. */
export function Field({
  label,
  value,
  hint,
  usual,
  onDone,
}: {
  label: string;
  value: string;
  hint?: string;
  /** What an emptied field means; it is shown there again. */
  usual?: string;
  onDone: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className="kb-field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        key={value}
        className="kb-input"
        defaultValue={value}
        placeholder={hint}
        spellCheck={false}
        onBlur={(event) => {
          const next = event.target.value.trim() || (usual ?? '');
          event.target.value = next;
          if (next !== value) onDone(next);
        }}
      />
    </div>
  );
}

/** A list of words, one a line. */
export function Lines({
  label,
  values,
  onDone,
}: {
  label: string;
  values: readonly string[];
  onDone: (values: string[]) => void;
}) {
  const id = useId();
  const text = values.join('\n');
  return (
    <div className="kb-field">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        key={text}
        className="kb-input kb-mono"
        rows={Math.min(10, Math.max(2, values.length + 1))}
        defaultValue={text}
        spellCheck={false}
        onBlur={(event) => {
          const lines = event.target.value.split('\n').map((line) => line.trim());
          const next = lines.filter((line) => line !== '');
          if (next.join('\n') !== text) onDone(next);
        }}
      />
    </div>
  );
}

/** One of few. */
export function Choice<T extends string>({
  label,
  value,
  options,
  onDone,
}: {
  label: string;
  value: T;
  options: Readonly<Record<T, string>>;
  onDone: (value: T) => void;
}) {
  const id = useId();
  return (
    <div className="kb-field">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="kb-input" value={value} onChange={(event) => onDone(event.target.value as T)}>
        {(Object.entries(options) as [T, string][]).map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Yes or no. */
export function Tick({
  label,
  on,
  locked = '',
  onDone,
}: {
  label: string;
  on: boolean;
  /** Why it cannot be changed now. */
  locked?: string;
  onDone: (on: boolean) => void;
}) {
  return (
    <label className="kb-inline-check" title={locked || undefined}>
      <input type="checkbox" checked={on} disabled={locked !== ''} onChange={(event) => onDone(event.target.checked)} />{' '}
      {label}
    </label>
  );
}
