import { createRoomSecret } from '@conclave/mesh';

import { fragmentOf } from '../room-link';
import { newRoomName } from '../room-name';
import { Icon } from '../ui/icon';
import { Mark } from '../ui/mark';
import { MeshPicture } from './mesh-picture';
import { OpenRoom } from './open-room';

/** The first page: start a room, or open one. */
export function StartScreen() {
  const start = () => {
    window.location.hash = fragmentOf({ room: newRoomName(), secret: createRoomSecret() });
  };
  return (
    <div className="start" data-testid="start">
      <header className="start-top">
        <Mark />
      </header>
      <main className="start-main">
        <div className="start-words">
          <h1>Talk straight to one another.</h1>
          <p className="lead">
            A room for up to nine people, in the browser. Sound, picture and messages go from each of you to
            each other, encrypted. The server only introduces you.
          </p>
          <button type="button" className="button primary large" onClick={start} data-testid="create-room">
            <Icon name="plus" />
            Start a room
          </button>
          <OpenRoom />
        </div>
        <MeshPicture />
      </main>
      <footer className="start-foot">
        No account, nothing to install. A room opens for whoever has its whole link: the server never sees the
        secret in it.
      </footer>
    </div>
  );
}
