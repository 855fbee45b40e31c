import { useMemo, useState } from 'react';

import type { Room } from '@conclave/mesh';
import { RoomAudio, type LocalMediaSnapshot } from '@conclave/react-bindings';

import { foldName } from '../profile';
import { RoomDialog } from '../trust/room-dialog';
import { TrustContext, type TrustSubject } from '../trust/trust-context';
import { TrustDialog } from '../trust/trust-dialog';
import { UplinkNotice } from '../uplink/uplink-notice';
import { UplinkPanel } from '../uplink/uplink-panel';
import { useRecording } from '../uplink/use-recording';
import { Announcer } from './announcer';
import { Banners } from './banners';
import { ChatPanel } from './chat-panel';
import { Controls } from './controls';
import { HealthNotice } from './health-notice';
import { NamesContext, useNewNames } from './names';
import { OfferNotice } from './offer-notice';
import { PeoplePanel } from './people-panel';
import { RoomTitle } from './room-title';
import { Stage } from './stage';
import { TalkProvider } from './talk-provider';
import { TopBar } from './top-bar';
import { useGuests } from './use-guests';
import { usePanel } from './use-panel';
import { useShortcuts } from './use-shortcuts';

/** The room itself: everybody's tile, the controls, and beside them chat or people. */
export function Meeting(props: {
  readonly room: Room;
  readonly name: string;
  readonly media: LocalMediaSnapshot;
  readonly onName: (name: string) => void;
  readonly onLeave: () => void;
}) {
  const { room, name, media, onName, onLeave } = props;
  const { ids, refused } = useGuests(room);
  const isAlone = ids.length === 0;
  const { panel, toggle, open, close } = usePanel();
  const openChat = () => open('chat');
  const { known, learn } = useNewNames();
  const { nearId } = room;
  const names = useMemo(
    () => ({ known: new Map(known).set(nearId, name), present: [...ids, nearId], learn }),
    [known, learn, ids, nearId, name],
  );
  const namesake = ids.find((id) => foldName(known.get(id) ?? '') === foldName(name));
  const [subject, setSubject] = useState<TrustSubject>();
  const closeDialog = () => setSubject(undefined);
  const recording = useRecording(room);
  useShortcuts(media);

  return (
    <NamesContext.Provider value={names}>
      <TrustContext.Provider value={setSubject}>
        <TalkProvider isAlone={isAlone} isOpen={panel === 'chat'} onOpen={openChat}>
          <div className={`meeting ${panel ? 'with-panel' : ''}`} data-testid="meeting">
            <RoomAudio />
            <RoomTitle name={room.name} />
            <Announcer isChatOpen={panel === 'chat'} />
            <TopBar room={room.name} count={ids.length + 1} />
            <main className="meeting-main">
              <Banners
                media={media}
                namesake={namesake}
                refused={refused.length}
                onPeople={() => toggle('people')}
              >
                <OfferNotice isChatOpen={panel === 'chat'} onOpen={openChat} />
                <UplinkNotice isOpen={panel === 'upload'} onOpen={() => open('upload')} />
                <HealthNotice nearId={nearId} />
              </Banners>
              <Stage room={room} ids={ids} name={name} media={media} />
            </main>
            <Controls
              media={media}
              panel={panel}
              count={ids.length + 1}
              onToggle={toggle}
              onLeave={onLeave}
            />
            {panel === 'chat' && <ChatPanel isAlone={isAlone} onClose={close} />}
            {panel === 'people' && (
              <PeoplePanel
                room={room}
                ids={ids}
                refused={refused}
                name={name}
                media={media}
                onName={onName}
                onClose={close}
              />
            )}
            {panel === 'upload' && <UplinkPanel room={room} recording={recording} onClose={close} />}
            {subject === 'room' && <RoomDialog room={room} onClose={closeDialog} />}
            {subject && subject !== 'room' && (
              <TrustDialog key={subject} id={subject} onClose={closeDialog} onLeave={onLeave} />
            )}
          </div>
        </TalkProvider>
      </TrustContext.Provider>
    </NamesContext.Provider>
  );
}
