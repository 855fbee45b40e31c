import { useId, useState, type SubmitEvent } from 'react';

import { fragmentOf, readTyped } from '../room-link';

/** Opens a room whose link or name one was given. */
export function OpenRoom() {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  const id = useId();

  const open = (event: SubmitEvent) => {
    event.preventDefault();
    const link = readTyped(text);
    if (link.kind === 'room') window.location.hash = fragmentOf(link.place);
    else if (link.kind === 'none')
      setProblem('Paste the link that you were sent, or type the name of the room.');
    else if (link.kind === 'cut')
      setProblem('The secret in this link is not whole. Paste the link from its beginning to its end.');
    else
      setProblem(
        'This is no link to a room. A name has at least three letters or digits, and no other signs but “-”.',
      );
  };
  return (
    <form className="open-room" onSubmit={open} noValidate>
      <label htmlFor={id}>Or open one</label>
      <div className="row">
        <input
          id={id}
          data-testid="open-input"
          value={text}
          placeholder="Paste a link or a room’s name"
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          aria-invalid={problem !== ''}
          aria-describedby={problem ? `${id}-problem` : undefined}
          onChange={(event) => {
            setText(event.target.value);
            setProblem('');
          }}
        />
        <button type="submit" className="button" data-testid="open-room">
          Open
        </button>
      </div>
      {problem && (
        <p className="problem" id={`${id}-problem`} role="alert" data-testid="open-problem">
          {problem}
        </p>
      )}
    </form>
  );
}
