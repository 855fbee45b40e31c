import type { Room } from '@conclave/mesh';

import { CopyLink } from '../ui/copy-link';
import { Dialog } from '../ui/dialog';
import { Icon } from '../ui/icon';
import { ROOM_WORDS, TRUST_WORDS } from './trust-words';

/** What can be relied on in this room. */
export function RoomDialog({ room, onClose }: { readonly room: Room; readonly onClose: () => void }) {
  const { trust } = room;
  const { title, sentence } = ROOM_WORDS[trust];
  return (
    <Dialog title={title} testId="room-dialog" onClose={onClose}>
      <p className={`trust-line ${trust}`}>
        <Icon name={TRUST_WORDS[trust].icon} />
        <span>{sentence}</span>
      </p>
      <p className="dialog-part">
        {trust === 'secret'
          ? 'Whoever gets the link is in, so send it only to those whom you want here. To be sure of one person, click the lock on that tile and compare codes.'
          : 'To be sure of one person, click the lock on that tile and compare codes. “Start a room” on the first page makes a room with a secret, which the server cannot open.'}
      </p>
      <div className="row dialog-part">
        <CopyLink className="grow" />
      </div>
    </Dialog>
  );
}
