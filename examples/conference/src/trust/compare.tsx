import { useState } from 'react';

import type { Verification } from '@conclave/react-bindings';

import { Code } from './code';

/** Lets the user compare the code with somebody, and say how it came out. */
export function Compare(props: {
  readonly code: Verification;
  readonly name: string;
  readonly onMismatch: () => void;
}) {
  const { code, name } = props;
  const [first] = useState(code.digits);
  return (
    <section className="dialog-part" aria-label="Compare codes">
      <p>
        Read this code to each other by a voice that you know, or hold your screens side by side. If {name}{' '}
        has the same one, nobody stands between you: somebody who did would pass with one guess in 1,000,000.
      </p>
      {first !== code.digits && (
        <p className="problem" role="status" data-testid="code-changed">
          The connection was made anew, and the code with it, for both of you. Compare this one.
        </p>
      )}
      <Code code={code} />
      {code.isVerified ? (
        <p className="fine" data-testid="was-verified">
          You said that the codes match. {name} has to look as well, to be sure of you.
        </p>
      ) : (
        <div className="row">
          <button
            type="button"
            className="button primary grow"
            data-testid="code-matches"
            onClick={(event) => {
              // The button goes; the focus must not go with it.
              event.currentTarget.closest('dialog')?.focus();
              code.verify();
            }}
          >
            They match
          </button>
          <button type="button" className="button grow" data-testid="code-differs" onClick={props.onMismatch}>
            They do not match
          </button>
        </div>
      )}
    </section>
  );
}

/** What to do where the codes were not the same. */
export function Mismatch(props: {
  readonly name: string;
  readonly onLeave: () => void;
  readonly onAgain: () => void;
}) {
  return (
    <section className="dialog-part" role="alert" data-testid="mismatch">
      <p>
        <strong>Somebody may stand between you and {props.name}</strong>, and see and hear everything that you
        send. Say nothing more here. Leave the room, do not use its link again, and send the link of a new
        room in another way.
      </p>
      <div className="row">
        <button type="button" className="button danger grow" data-testid="leave-now" onClick={props.onLeave}>
          Leave the room
        </button>
        <button type="button" className="button grow" data-testid="compare-again" onClick={props.onAgain}>
          Compare again
        </button>
      </div>
    </section>
  );
}
