import { Button } from '@patternfly/react-core';
import { useState } from 'react';

/** One label to set, as `key=value`. */
export function LabelForm({ onSet }: { onSet: (key: string, value: string) => void }) {
  const [text, setText] = useState('');
  const at = text.indexOf('=');
  const key = (at < 0 ? text : text.slice(0, at)).trim();
  const value = at < 0 ? '' : text.slice(at + 1).trim();
  return (
    <form
      className="kb-filter-row"
      onSubmit={(event) => {
        event.preventDefault();
        if (key !== '') onSet(key, value);
      }}
    >
      <input
        className="kb-input"
        aria-label="Label to set, key=value"
        placeholder="key=value"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button variant="secondary" size="sm" type="submit" isDisabled={key === ''}>
        Set label…
      </Button>
    </form>
  );
}
