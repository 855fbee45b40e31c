import type { ReactNode } from 'react';

import { Icon, type IconName } from './icon';

/** Something to know, said beside what it is about. */
export function Notice(props: {
  readonly testId: string;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  readonly icon?: IconName;
  readonly onClose?: () => void;
}) {
  return (
    <div className="notice" role="status" data-testid={props.testId}>
      <Icon name={props.icon ?? 'alert'} />
      <div className="notice-text">
        <strong>{props.title}</strong>
        {props.children && <span>{props.children}</span>}
      </div>
      {props.action}
      {props.onClose && (
        <button type="button" className="plain" aria-label="Close this notice" onClick={props.onClose}>
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}
