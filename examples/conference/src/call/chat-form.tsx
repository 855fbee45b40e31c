import { useEffect, useRef, useState, type SubmitEvent } from 'react';

import type { Messages } from '@conclave/react-bindings';

import { Icon } from '../ui/icon';

/** Far below the 64 KiB that a message may have, whatever the script. */
const MAX_LENGTH = 4_000;

/** A line to write; Enter sends it. */
export function ChatForm({ isAlone, send }: { readonly isAlone: boolean; readonly send: Messages['send'] }) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    input.current?.focus();
  }, []);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const message = text.trim();
    if (message === '') return;
    if (isAlone) {
      setProblem('Nobody is here to read it. Wait until somebody has joined.');
      return;
    }
    try {
      send(message);
      setText('');
    } catch {
      setProblem('This message could not be sent. Make it shorter, or join again.');
    }
  };
  return (
    <form className="chat-form" onSubmit={submit}>
      {problem && (
        <p className="problem" role="alert" data-testid="chat-problem">
          {problem}
        </p>
      )}
      <div className="row">
        <input
          ref={input}
          value={text}
          maxLength={MAX_LENGTH}
          placeholder="Message everybody"
          aria-label="Message everybody"
          autoComplete="off"
          enterKeyHint="send"
          data-testid="chat-input"
          onChange={(event) => {
            setText(event.target.value);
            setProblem('');
          }}
        />
        <button type="submit" className="round primary" aria-label="Send" data-testid="chat-send">
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}
