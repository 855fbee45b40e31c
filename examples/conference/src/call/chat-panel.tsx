import { useEffect, useRef } from 'react';

import type { Messages } from '@conclave/react-bindings';

import { ChatForm } from './chat-form';
import { ChatLine } from './chat-line';
import { SidePanel } from './side-panel';

/** The messages of the room, and a line to write. */
export function ChatPanel(props: {
  readonly chat: Messages;
  readonly isAlone: boolean;
  readonly onClose: () => void;
}) {
  const { messages, send } = props.chat;
  const end = useRef<HTMLDivElement>(null);
  const latest = messages.at(-1)?.id;
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'end' });
  }, [latest]);
  return (
    <SidePanel title="Chat" testId="chat-panel" onClose={props.onClose}>
      <div
        className="chat-list"
        role="log"
        aria-live="polite"
        aria-label="Messages"
        tabIndex={0}
        data-testid="chat-list"
      >
        {messages.length === 0 && (
          <p className="panel-empty">
            Messages go straight to those who are here now. Who comes later does not see them.
          </p>
        )}
        {messages.map((message, index) => (
          <ChatLine key={message.id} message={message} before={messages[index - 1]} />
        ))}
        <div ref={end} />
      </div>
      <ChatForm isAlone={props.isAlone} send={send} />
    </SidePanel>
  );
}
