import type { ConclaveError } from '@conclave/core';

import { rendezvousName } from '../rendezvous';
import { Message } from '../ui/message';
import { wordsOf } from '../words';

/** After the room: left, or lost. */
export function LeftScreen(props: {
  readonly error: ConclaveError | undefined;
  readonly onRejoin: () => void;
}) {
  const words = props.error && wordsOf(props.error, rendezvousName());
  return (
    <Message
      testId="left"
      title={words?.title ?? 'You left the room'}
      actions={
        <>
          <button type="button" className="button primary" onClick={props.onRejoin} data-testid="rejoin">
            Join again
          </button>
          <a
            className="button"
            href={window.location.pathname + window.location.search}
            data-testid="to-start"
          >
            Go to the start
          </a>
        </>
      }
    >
      {words?.advice ?? 'Your camera and microphone are off. The others can go on without you.'}
    </Message>
  );
}
