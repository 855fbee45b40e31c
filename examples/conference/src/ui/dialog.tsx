import { useId, useLayoutEffect, useRef, type ReactNode } from 'react';

import { Icon } from './icon';

/**
 * Something that has to be looked at before anything else. The browser keeps the focus within, closes it on Escape, and
 * gives the focus back to whatever opened it.
 */
export function Dialog(props: {
  readonly title: string;
  readonly testId: string;
  readonly children: ReactNode;
  readonly onClose: () => void;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (!dialog?.open) dialog?.showModal();
    return () => dialog?.close();
  }, []);
  const close = () => ref.current?.close();
  return (
    <dialog
      ref={ref}
      className="dialog"
      tabIndex={-1}
      aria-labelledby={titleId}
      data-testid={props.testId}
      // Neither Escape nor a letter is for what lies below.
      onKeyDown={(event) => event.stopPropagation()}
      onClick={(event) => {
        if (event.target === event.currentTarget) close();
      }}
      onClose={() => {
        if (!ref.current?.open) props.onClose();
      }}
    >
      <div className="dialog-card">
        <header className="dialog-top">
          <h2 id={titleId}>{props.title}</h2>
          <button
            type="button"
            className="plain"
            aria-label="Close (Esc)"
            data-testid="close-dialog"
            onClick={close}
          >
            <Icon name="close" />
          </button>
        </header>
        {props.children}
      </div>
    </dialog>
  );
}
