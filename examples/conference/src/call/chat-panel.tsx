import { useEffect } from 'react';

import { ChatForm } from './chat-form';
import { ChatLine } from './chat-line';
import { keyOf, type Entry } from './entries';
import { ReceivedFileLine, SentFileLine } from './file-line';
import { SidePanel } from './side-panel';
import { useTalk } from './talk';
import { useEnd } from './use-end';

/** What one person says or offers within this time stands together under one name. */
const TOGETHER_MS = 120_000;

/** What was said and offered in the room, and a line to write. */
export function ChatPanel({ isAlone, onClose }: { readonly isAlone: boolean; readonly onClose: () => void }) {
  const { entries } = useTalk();
  const own = entries.findLast((entry) => authorOf(entry) === 'near');
  const { ref, onScroll } = useEnd<HTMLDivElement>(entries, own && keyOf(own));
  useEffect(() => {
    // Who comes to the chat while something is offered most likely comes for that.
    ref.current?.querySelector<HTMLElement>('.file.received.offered')?.focus();
  }, [ref]);
  return (
    <SidePanel title="Chat" testId="chat-panel" onClose={onClose}>
      <div
        ref={ref}
        onScroll={onScroll}
        className="chat-list"
        role="log"
        aria-live="polite"
        aria-relevant="additions"
        aria-label="Messages and files"
        tabIndex={0}
        data-testid="chat-list"
      >
        {entries.length === 0 && (
          <p className="panel-empty" data-testid="chat-empty">
            Messages and files go straight to those who are here now. Who comes later does not see them.
            <small>Drop a file anywhere to offer it.</small>
          </p>
        )}
        {entries.map((entry, index) => (
          <Line key={keyOf(entry)} entry={entry} isSame={isTogether(entries[index - 1], entry)} />
        ))}
      </div>
      <ChatForm isAlone={isAlone} />
    </SidePanel>
  );
}

function Line({ entry, isSame }: { readonly entry: Entry; readonly isSame: boolean }) {
  switch (entry.kind) {
    case 'message':
      return <ChatLine message={entry.item} isSame={isSame} />;
    case 'sent':
      return <SentFileLine file={entry.item} isSame={isSame} />;
    case 'received':
      return <ReceivedFileLine file={entry.item} isSame={isSame} />;
  }
}

function isTogether(before: Entry | undefined, entry: Entry): boolean {
  return (
    before !== undefined &&
    authorOf(before) === authorOf(entry) &&
    entry.item.atMs - before.item.atMs < TOGETHER_MS
  );
}

function authorOf(entry: Entry): string {
  if (entry.kind === 'sent' || (entry.kind === 'message' && entry.item.sent)) return 'near';
  return entry.item.from;
}
