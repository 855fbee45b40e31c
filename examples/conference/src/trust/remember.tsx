import { useId, useState, type SubmitEvent } from 'react';

import { ConclaveError, type PeerId } from '@conclave/core';
import type { KnownPeers } from '@conclave/core/known-peers';
import { useReadable } from '@conclave/react-bindings';

import { useBook } from '../known/book';
import type { Acquaintance } from '../known/acquaintance';
import { farIdentities } from '../known/far-identities';
import { MAX_NAME_LENGTH, tidyName } from '../profile';

/** Remembers somebody under a name, so that this browser knows him at the next call. */
export function Remember(props: {
  readonly id: PeerId;
  /** What he calls himself. */
  readonly calledBy: string;
  readonly isVerified: boolean;
  readonly acquaintance: Acquaintance;
}) {
  const book = useBook();
  const canCome = useReadable(farIdentities).get(props.id) ?? false;
  const { acquaintance } = props;
  if (!book) return null;
  if (acquaintance.kind === 'remembered') {
    const { name } = acquaintance.contact;
    return (
      <section className="dialog-part row" data-testid="remembered">
        <p className="grow">
          This is the <strong>{name}</strong> that you remembered.
        </p>
        <button
          type="button"
          className="button small"
          data-testid="forget"
          onClick={() => void book.forget(name)}
        >
          Forget
        </button>
      </section>
    );
  }
  if (!canCome) {
    return (
      <p className="dialog-part fine" data-testid="not-recognisable">
        {props.calledBy} is somebody new at each call, and cannot be remembered: “Let people recognise this
        browser” is off there.
      </p>
    );
  }
  return <RememberForm {...props} book={book} />;
}

function RememberForm(props: {
  readonly id: PeerId;
  readonly calledBy: string;
  readonly isVerified: boolean;
  readonly book: KnownPeers;
}) {
  const { id, book, isVerified } = props;
  const [typed, setTyped] = useState(props.calledBy);
  const [problem, setProblem] = useState<'none' | 'taken' | 'failed'>('none');
  const inputId = useId();
  const name = tidyName(typed);

  const run = (change: Promise<void>) => {
    change.catch((error: unknown) =>
      setProblem(error instanceof ConclaveError && error.code === 'identity/changed' ? 'taken' : 'failed'),
    );
  };
  const remember = (event: SubmitEvent) => {
    event.preventDefault();
    if (name) run(book.pin(name, id, { persistent: true, verified: isVerified }));
  };
  const replace = () =>
    run(book.accept(name, id).then(() => book.pin(name, id, { persistent: true, verified: isVerified })));
  return (
    <form className="dialog-part" onSubmit={remember} noValidate>
      <label htmlFor={inputId}>Remember this person as</label>
      <div className="row no-wrap">
        <input
          id={inputId}
          value={typed}
          maxLength={MAX_NAME_LENGTH}
          autoComplete="off"
          data-testid="remember-input"
          onChange={(event) => {
            setTyped(event.target.value);
            setProblem('none');
          }}
        />
        <button type="submit" className="button" disabled={name === ''} data-testid="remember">
          Remember
        </button>
      </div>
      {problem === 'taken' && (
        <p className="problem" role="alert" data-testid="name-taken">
          You remember somebody else as {name}. Take another name. Only if you have compared codes and know
          that this is {name}:{' '}
          <button type="button" className="inline" onClick={replace} data-testid="replace">
            replace the former {name}
          </button>
        </p>
      )}
      {problem === 'failed' && (
        <p className="problem" role="alert">
          This browser could not keep it. Try again.
        </p>
      )}
    </form>
  );
}
