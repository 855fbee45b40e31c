import type { SentState } from '@conclave/react-bindings';

import { Icon } from '../ui/icon';
import { useNameList } from './names';

/** What became of a message of ours, beside it. */
export function DeliveryMark({ sent }: { readonly sent: SentState }) {
  const names = useNameList();
  if (sent.phase === 'sending') return <Mark phase="sending" icon="clock" words="Sending …" />;
  if (missedWords(sent, names)) return <Mark phase="incomplete" icon="alert" words="" />;
  return <Mark phase="delivered" icon="check" words={`Delivered to ${names(sent.to)}`} />;
}

/** Who may not have got a message of ours, below it. */
export function MissedBy({ sent }: { readonly sent: SentState }) {
  const words = missedWords(sent, useNameList());
  if (!words) return null;
  return (
    <p className="chat-missed" data-testid="chat-missed">
      {words}
    </p>
  );
}

/** Who was gone before saying so may have got it all the same: nothing more can be known of that. */
function missedWords(sent: SentState, names: ReturnType<typeof useNameList>): string | undefined {
  if (sent.phase === 'incomplete') return `May not have reached ${names(sent.missedBy)}`;
  if (sent.phase === 'delivered' && sent.to.length === 0) return 'Nobody was connected to get this';
  return undefined;
}

function Mark(props: {
  readonly phase: SentState['phase'];
  readonly icon: 'clock' | 'check' | 'alert';
  readonly words: string;
}) {
  return (
    <span
      className={`chat-mark ${props.phase}`}
      title={props.words}
      data-testid="chat-mark"
      data-phase={props.phase}
    >
      <Icon name={props.icon} />
      <span className="hidden">{props.words}</span>
    </span>
  );
}
