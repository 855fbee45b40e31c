import type { PeerId } from '@conclave/core';
import type { Room } from '@conclave/mesh';
import type { LocalMediaSnapshot } from '@conclave/react-bindings';

import { CopyLink } from '../ui/copy-link';
import { useSize } from '../use-size';
import { fitGrid } from './fit-grid';
import { FarTile } from './far-tile';
import { NearTile } from './near-tile';

const GAP = 10;

/** Everybody's tile, as large as the window allows. */
export function Stage(props: {
  readonly room: Room;
  readonly ids: readonly PeerId[];
  readonly name: string;
  readonly media: LocalMediaSnapshot;
}) {
  const { room, ids, name, media } = props;
  const [ref, area] = useSize();
  const size = fitGrid(ids.length + 1, area, GAP);
  return (
    <div className="stage">
      <div className="tiles" ref={ref} style={{ gap: GAP }} data-testid="tiles">
        {ids.map((id) => (
          <FarTile key={id} id={id} size={size} />
        ))}
        <NearTile room={room} name={name} media={media} size={size} />
      </div>
      {ids.length === 0 && (
        <div className="invite" data-testid="alone">
          <p>
            <strong>Only you are here.</strong> Send the link to whom you want to talk with.
          </p>
          <CopyLink className="primary" />
        </div>
      )}
    </div>
  );
}
