import type { ReactNode } from 'react';

import type { ReceivedFile, SentFile } from '@conclave/react-bindings';

import { Icon } from '../ui/icon';
import { shownFileName } from './file-name';
import { sizeWords } from './file-words';
import { useKeptFocus } from './use-kept-focus';

/** A file: its name, its size, how it is doing, and what can be done. */
export function FileCard(props: {
  readonly file: SentFile | ReceivedFile;
  readonly direction: 'sent' | 'received';
  readonly children: ReactNode;
}) {
  const { file, direction, children } = props;
  const { state } = file;
  const kept = useKeptFocus<HTMLElement>(state);
  const name = shownFileName(file.name);
  const hasEnded = state !== 'offered' && state !== 'moving';
  return (
    // What happens to it is said elsewhere, in whole sentences.
    <article
      {...kept}
      className={`file ${direction} ${state}`}
      aria-label={`File ${name}`}
      aria-live="off"
      data-testid="file"
      data-direction={direction}
      data-state={state}
    >
      <div className="file-top">
        <span className="file-sign">
          <Icon name="file" />
        </span>
        <p className="file-what">
          <bdi className="file-name" data-testid="file-name">
            {name}
          </bdi>
          <small>{sizeWords(file.size)}</small>
        </p>
        {hasEnded && (
          <button
            type="button"
            className="plain small"
            aria-label={`Remove ${name} from the list`}
            data-testid="dismiss-file"
            onClick={({ currentTarget }) => {
              currentTarget.closest<HTMLElement>('[role="log"]')?.focus(); // this button goes
              file.dismiss();
            }}
          >
            <Icon name="close" />
          </button>
        )}
      </div>
      {children}
    </article>
  );
}
