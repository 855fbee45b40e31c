import { CopyLink } from '../ui/copy-link';
import { Mark } from '../ui/mark';

/** Which room this is, how many are in it, and its link. */
export function TopBar({ room, count }: { readonly room: string; readonly count: number }) {
  return (
    <header className="top-bar">
      <Mark withName={false} />
      <h1 data-testid="room-name">{room}</h1>
      <span className="hidden" role="status" data-testid="people-count">
        {count === 1 ? 'Nobody else is here' : `${count} people in the room`}
      </span>
      {count > 1 && <CopyLink className="small" />}
    </header>
  );
}
