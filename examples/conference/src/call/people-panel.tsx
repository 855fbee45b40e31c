import type { PeerId } from '@conclave/core';
import type { Room } from '@conclave/mesh';
import { useParticipant, type LocalMediaSnapshot } from '@conclave/react-bindings';

import { personOf } from '../person';
import { CopyLink } from '../ui/copy-link';
import { useNameOf } from './names';
import { PersonRow } from './person-row';
import { Rename } from './rename';
import { SidePanel } from './side-panel';

/** Everybody in the room, and one's own name to be changed. */
export function PeoplePanel(props: {
  readonly room: Room;
  readonly ids: readonly PeerId[];
  readonly name: string;
  readonly media: LocalMediaSnapshot;
  readonly onName: (name: string) => void;
  readonly onClose: () => void;
}) {
  const { room, ids, name, media, onName, onClose } = props;
  return (
    <SidePanel title="People" testId="people-panel" onClose={onClose}>
      <ul className="people-list" data-testid="people-list">
        <PersonRow
          id={room.nearId}
          name={name}
          about="You"
          microphone={media.microphone.phase === 'on'}
          camera={media.camera.phase === 'on'}
        />
        {ids.map((id) => (
          <FarPerson key={id} id={id} />
        ))}
      </ul>
      <div className="panel-foot">
        <Rename key={name} name={name} onName={onName} />
        <CopyLink room={room.name} />
        <p className="fine">Whoever has the link can join. Names are what people say of themselves.</p>
      </div>
    </SidePanel>
  );
}

function FarPerson({ id }: { readonly id: PeerId }) {
  const participant = useParticipant(id);
  const person = personOf(participant?.metadata);
  const phase = participant?.state.phase;
  const about =
    phase === 'present'
      ? ''
      : phase === 'interrupted'
        ? 'Interrupted'
        : phase === 'unreachable'
          ? 'Cannot be reached'
          : 'Connecting';
  return (
    <PersonRow
      id={id}
      name={useNameOf(id)}
      about={about}
      microphone={person?.microphone ?? false}
      camera={person?.camera ?? false}
    />
  );
}
