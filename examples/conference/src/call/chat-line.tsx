import { memo } from 'react';

import type { Message } from '@conclave/react-bindings';

import { DeliveryMark, MissedBy } from './delivery-mark';
import { textOf } from './entries';
import { Said } from './said';

/** One message: text and nothing else, whatever is written in it. */
export const ChatLine = memo(function ChatLine(props: {
  readonly message: Message;
  readonly isSame: boolean;
}) {
  const { value, sent, from, atMs } = props.message;
  return (
    <Said from={sent ? undefined : from} atMs={atMs} isSame={props.isSame} testId="chat-message">
      <div className="chat-row">
        <p className="chat-text" dir="auto" data-testid="chat-text">
          {textOf(value)}
        </p>
        {sent && <DeliveryMark sent={sent} />}
      </div>
      {sent && <MissedBy sent={sent} />}
    </Said>
  );
});
