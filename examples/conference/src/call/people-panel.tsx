import type { PeerId } from '@conclave/core';
import type { ParticipantState, Room } from '@conclave/mesh';
import { useParticipant, type LocalMediaSnapshot } from '@conclave/react-bindings';

import { useAcquaintance, warningAbout } from '../known/acquaintance';
import { personOf } from '../person';
import { Lock, RoomLock } from '../trust/lock';
import { ROOM_WORDS, TRUST_WORDS } from '../trust/trust-words';
import { useTrust } from '../trust/use-trust';
import { CopyLink } from '../ui/copy-link';
import { shortId, useNameHere } from './names';
import { PersonRow } from './person-row';
import { Rename } from './rename';
import { SidePanel } from './side-panel';

/** Everybody in the room, and one's own name to be changed. */
export function PeoplePanel(props: {
  readonly room: Room;
  readonly ids: readonly PeerId[];
  readonly refused: readonly PeerId[];
  readonly name: string;
  readonly media: LocalMediaSnapshot;
  readonly onName: (name: string) => void;
  readonly onClose: () => void;
}) {
  const { room, ids, refused, name, media, onName, onClose } = props;
  return (
    <SidePanel title="People" testId="people-panel" onClose={onClose}>
      <ul className="people-list" data-testid="people-list">
        <PersonRow
          id={room.nearId}
          name={name}
          label={name}
          about={`You · ${ROOM_WORDS[room.trust].title}`}
          microphone={media.microphone.phase === 'on'}
          camera={media.camera.phase === 'on'}
          lock={<RoomLock trust={room.trust} />}
        />
        {ids.map((id) => (
          <FarPerson key={id} id={id} />
        ))}
        {refused.map((id) => (
          <li key={id} className="person refused" data-testid="refused-person">
            <span className="face" aria-hidden="true">
              ?
            </span>
            <span className="person-name">
              <span>Turned away</span>
              <small>
                The server listed {shortId(id)}, who does not know the secret of this room. Nothing of yours
                goes there.
              </small>
            </span>
          </li>
        ))}
      </ul>
      <div className="panel-foot">
        <Rename key={name} name={name} onName={onName} />
        <CopyLink />
        <p className="fine">
          {room.trust === 'secret' ? 'Whoever has the whole link can join.' : ROOM_WORDS[room.trust].sentence}{' '}
          Names are what people say of themselves: click a lock to be sure of somebody.
        </p>
      </div>
    </SidePanel>
  );
}

function FarPerson({ id }: { readonly id: PeerId }) {
  const participant = useParticipant(id);
  const person = personOf(participant?.metadata);
  const { name, label } = useNameHere(id);
  const trust = useTrust(id);
  const acquaintance = useAcquaintance(id, person?.name);
  const facts = [
    participant && phaseWords(participant.state),
    trust && TRUST_WORDS[trust].line,
    acquaintance.kind === 'remembered' && 'Remembered',
  ];
  return (
    <PersonRow
      id={id}
      name={name}
      label={label}
      about={facts.filter(Boolean).join(' · ')}
      warning={warningAbout(acquaintance)}
      lock={<Lock id={id} name={label} />}
      microphone={person?.microphone ?? false}
      camera={person?.camera ?? false}
    />
  );
}

function phaseWords({ phase }: ParticipantState): string {
  switch (phase) {
    case 'present':
      return '';
    case 'interrupted':
      return 'Interrupted';
    case 'unreachable':
      return 'Cannot be reached';
    case 'listed':
    case 'linking':
    case 'left':
      return 'Connecting';
  }
}
