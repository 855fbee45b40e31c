import { useId, useState, type SubmitEvent } from 'react';

import { MAX_NAME_LENGTH, tidyName } from '../profile';

/** Changes one's own name while in the room. */
export function Rename({ name, onName }: { readonly name: string; readonly onName: (name: string) => void }) {
  const [typed, setTyped] = useState(name);
  const id = useId();
  const tidy = tidyName(typed);
  const rename = (event: SubmitEvent) => {
    event.preventDefault();
    if (tidy !== '') onName(tidy);
  };
  return (
    <form onSubmit={rename}>
      <label htmlFor={id}>Your name</label>
      <div className="row">
        <input
          id={id}
          value={typed}
          maxLength={MAX_NAME_LENGTH}
          autoComplete="off"
          data-testid="rename-input"
          onChange={(event) => setTyped(event.target.value)}
        />
        <button type="submit" className="button" disabled={tidy === '' || tidy === name} data-testid="rename">
          Change
        </button>
      </div>
    </form>
  );
}
