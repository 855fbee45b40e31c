import { useMemo } from 'react';

import type { Room } from '@conclave/mesh';
import { RoomAudio, useMessages, useParticipantIds, type LocalMediaSnapshot } from '@conclave/react-bindings';

import { Banners } from './banners';
import { ChatPanel } from './chat-panel';
import { Controls } from './controls';
import { NamesContext, useNewNames } from './names';
import { PeoplePanel } from './people-panel';
import { Stage } from './stage';
import { TopBar } from './top-bar';
import { usePanel } from './use-panel';
import { useShortcuts } from './use-shortcuts';
import { useUnread } from './use-unread';

/** The room itself: everybody's tile, the controls, and beside them chat or people. */
export function Meeting(props: {
  readonly room: Room;
  readonly name: string;
  readonly media: LocalMediaSnapshot;
  readonly onName: (name: string) => void;
  readonly onLeave: () => void;
}) {
  const { room, name, media, onName, onLeave } = props;
  const ids = useParticipantIds();
  const chat = useMessages('chat');
  const { panel, toggle, close } = usePanel();
  const unread = useUnread(chat.messages, panel === 'chat');
  const { known, learn } = useNewNames();
  const names = useMemo(() => ({ known, learn }), [known, learn]);
  const namesake = ids.find((id) => known.get(id) === name);
  useShortcuts(media);

  return (
    <NamesContext.Provider value={names}>
      <div className={`meeting ${panel ? 'with-panel' : ''}`} data-testid="meeting">
        <title>{`${unread > 0 ? `(${unread}) ` : ''}${room.name} · Conclave`}</title>
        <RoomAudio />
        <TopBar room={room.name} count={ids.length + 1} />
        <main className="meeting-main">
          <Banners media={media} namesake={namesake} onRename={() => toggle('people')} />
          <Stage room={room} ids={ids} name={name} media={media} />
        </main>
        <Controls
          media={media}
          panel={panel}
          unread={unread}
          count={ids.length + 1}
          onToggle={toggle}
          onLeave={onLeave}
        />
        {panel === 'chat' && <ChatPanel chat={chat} isAlone={ids.length === 0} onClose={close} />}
        {panel === 'people' && (
          <PeoplePanel room={room} ids={ids} name={name} media={media} onName={onName} onClose={close} />
        )}
      </div>
    </NamesContext.Provider>
  );
}
