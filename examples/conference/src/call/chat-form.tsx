import { useEffect, useRef, useState, type SubmitEvent } from 'react';

import { ConclaveError } from '@conclave/core';

import { FileButton } from '../files/file-button';
import { Icon } from '../ui/icon';
import { useTalk } from './talk';

/** Far below the 64 KiB that a message may have, whatever the script. */
const MAX_LENGTH = 4_000;

/** A line to write, Enter sends it; and files to choose. */
export function ChatForm({ isAlone }: { readonly isAlone: boolean }) {
  const { send, offer, problem, setProblem } = useTalk();
  const [text, setText] = useState('');
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
    } catch (error) {
      setProblem(whyNotSent(error));
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
        <FileButton onFiles={offer} />
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

function whyNotSent(error: unknown): string {
  const code = error instanceof ConclaveError ? error.code : undefined;
  if (code === 'data/congested') return 'Nobody keeps up just now. Wait a moment, then send it again.';
  if (code === 'data/too-large') return 'This message is too long. Make it shorter.';
  return 'This message could not be sent. Try again, or join again.';
}
