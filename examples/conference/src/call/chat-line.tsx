import { memo } from 'react';

import type { Value } from '@conclave/core';
import type { Message, SentState } from '@conclave/react-bindings';

import { colourOf } from '../person';
import { useNameOf } from './names';

/** Messages of one person within this time stand together under one name. */
const TOGETHER_MS = 120_000;
/** What others send may be of any length; more than this is cut. */
const MAX_SHOWN_LENGTH = 4_000;

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

/** One message. What is not text is not shown. */
export const ChatLine = memo(function ChatLine(props: {
  readonly message: Message;
  readonly before: Message | undefined;
}) {
  const { message, before } = props;
  const name = useNameOf(message.from);
  const text = textOf(message.value);
  if (text === undefined) return null;
  const isSame = before?.from === message.from && message.atMs - before.atMs < TOGETHER_MS;
  const at = new Date(message.atMs);
  return (
    <div
      className={`chat-line ${message.sent ? 'own' : ''} ${isSame ? 'same' : ''}`}
      data-testid="chat-message"
    >
      {!isSame && (
        <p className="chat-who">
          <span className={`chat-name colour-${colourOf(message.from)}`}>{message.sent ? 'You' : name}</span>
          <time dateTime={at.toISOString()}>{clock.format(at)}</time>
        </p>
      )}
      <p className="chat-text" dir="auto" data-testid="chat-text">
        {text}
      </p>
      {message.sent && <Sent sent={message.sent} />}
    </div>
  );
});

function Sent({ sent }: { readonly sent: SentState }) {
  if (sent.phase !== 'incomplete') return null;
  const count = sent.missedBy.length;
  return (
    <p className="chat-missed" data-testid="chat-missed">
      {count === 1 ? 'One person did not get this' : `${count} people did not get this`}
    </p>
  );
}

function textOf(value: Value | undefined): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.slice(0, MAX_SHOWN_LENGTH) : undefined;
}
