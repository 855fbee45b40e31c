import type { LocalMediaSnapshot } from '@conclave/react-bindings';

import { CameraButton, MicrophoneButton } from '../ui/device-buttons';
import { Icon } from '../ui/icon';
import { useLess } from '../uplink/use-less';
import { useTalk } from './talk';
import type { Panel } from './use-panel';

/** What one does in a room, always in reach of a thumb. */
export function Controls(props: {
  readonly media: LocalMediaSnapshot;
  readonly panel: Panel | undefined;
  readonly count: number;
  readonly onToggle: (panel: Panel) => void;
  readonly onLeave: () => void;
}) {
  const { media, panel, count, onToggle } = props;
  const { unread } = useTalk();
  const less = useLess();
  return (
    <nav className="controls" aria-label="Call controls">
      <MicrophoneButton media={media} />
      <CameraButton media={media} />
      <span className="controls-gap" />
      <PanelButton
        panel="chat"
        isOpen={panel === 'chat'}
        label={unread > 0 ? `Chat, ${unread} unread` : 'Chat'}
        badge={unread > 0 ? String(Math.min(unread, 99)) : ''}
        badgeTestId="unread"
        isUrgent
        onToggle={onToggle}
      />
      <PanelButton
        panel="people"
        isOpen={panel === 'people'}
        label={`People, ${count} here`}
        badge={String(count)}
        badgeTestId="count"
        onToggle={onToggle}
      />
      <PanelButton
        panel="upload"
        isOpen={panel === 'upload'}
        label={less > 0 ? `Upload, ${less} with less of your picture` : 'Upload'}
        badge={less > 0 ? String(less) : ''}
        badgeTestId="less"
        isUrgent
        onToggle={onToggle}
      />
      <span className="controls-gap" />
      <button
        type="button"
        className="round leave"
        aria-label="Leave the room"
        data-hint="Leave"
        data-testid="leave"
        onClick={props.onLeave}
      >
        <Icon name="leave" />
      </button>
    </nav>
  );
}

function PanelButton(props: {
  readonly panel: Panel;
  readonly isOpen: boolean;
  readonly label: string;
  readonly badge: string;
  readonly badgeTestId: string;
  readonly isUrgent?: boolean;
  readonly onToggle: (panel: Panel) => void;
}) {
  const { panel, isOpen, label, badge } = props;
  return (
    <button
      type="button"
      id={`open-${panel}`}
      className={`round ${isOpen ? 'open' : ''}`}
      aria-label={label}
      aria-expanded={isOpen}
      data-hint={label}
      data-testid={`toggle-${panel}`}
      onClick={() => props.onToggle(panel)}
    >
      <Icon name={panel} />
      {badge && (
        <span
          className={`badge ${props.isUrgent ? 'urgent' : ''}`}
          aria-hidden="true"
          data-testid={props.badgeTestId}
        >
          {badge}
        </span>
      )}
    </button>
  );
}
