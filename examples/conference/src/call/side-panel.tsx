import type { ReactNode } from 'react';

import { Icon } from '../ui/icon';

/** A panel beside the tiles; on a phone, a sheet over them. */
export function SidePanel(props: {
  readonly title: string;
  readonly testId: string;
  readonly children: ReactNode;
  readonly onClose: () => void;
}) {
  return (
    <aside className="panel" aria-label={props.title} data-testid={props.testId}>
      <header className="panel-top">
        <h2>{props.title}</h2>
        <button
          type="button"
          className="plain"
          aria-label={`Close ${props.title.toLowerCase()} (Esc)`}
          data-testid="close-panel"
          onClick={props.onClose}
        >
          <Icon name="close" />
        </button>
      </header>
      {props.children}
    </aside>
  );
}
