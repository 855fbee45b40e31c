import { useEffect, useRef, type ReactNode } from 'react';

import { Mark } from './mark';

/** A page that says one thing, and what can be done now. */
export function Message(props: {
  readonly testId: string;
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  readonly isBusy?: boolean;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, []);
  return (
    <main className="message-page" data-testid={props.testId} aria-busy={props.isBusy}>
      <div className="message-card">
        <Mark withName={false} />
        <h1 ref={heading} tabIndex={-1}>
          {props.title}
        </h1>
        {props.children && <p>{props.children}</p>}
        {props.isBusy && <div className="progress" aria-hidden="true" />}
        {props.actions && <div className="row centred">{props.actions}</div>}
      </div>
    </main>
  );
}
