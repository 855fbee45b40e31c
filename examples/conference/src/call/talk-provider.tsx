import { useMemo, useState, type ReactNode } from 'react';

import { useFiles, useMessages, useSendFile } from '@conclave/react-bindings';

import { DropOverlay } from '../files/drop-overlay';
import { NOT_OFFERED, whyNotOffered } from '../files/file-words';
import { useHandedFiles } from '../files/use-handed-files';
import { entriesOf } from './entries';
import { TalkContext } from './talk';
import { useUnread } from './use-unread';

/** Far fewer than a peer may have undecided (32): the rest would fail one by one. */
const MAX_AT_ONCE = 16;

/** Keeps what is said and offered in the room, and takes files that are dropped or pasted anywhere. */
export function TalkProvider(props: {
  readonly isAlone: boolean;
  /** Whether the chat is being looked at. */
  readonly isOpen: boolean;
  /** Shows the chat. */
  readonly onOpen: () => void;
  readonly children: ReactNode;
}) {
  const { isAlone, isOpen, onOpen } = props;
  const { messages, send } = useMessages('chat');
  const { files: sent, sendFile } = useSendFile();
  const { files: received } = useFiles();
  const [problem, setProblem] = useState('');
  const entries = useMemo(() => entriesOf(messages, sent, received), [messages, sent, received]);
  const unread = useUnread(entries, isOpen);

  const offer = (files: readonly File[]) => {
    onOpen();
    setProblem(isAlone ? NOT_OFFERED.alone : files.length > MAX_AT_ONCE ? NOT_OFFERED.many(MAX_AT_ONCE) : '');
    if (isAlone || files.length > MAX_AT_ONCE) return;
    try {
      for (const file of files) sendFile(file);
    } catch (error) {
      setProblem(whyNotOffered(error));
    }
  };
  const isOver = useHandedFiles(({ files, hasFolder }) => {
    offer(files);
    if (hasFolder) setProblem(NOT_OFFERED.folder);
  });
  return (
    <TalkContext.Provider value={{ entries, unread, send, offer, problem, setProblem }}>
      {props.children}
      {isOver && <DropOverlay isAlone={isAlone} />}
    </TalkContext.Provider>
  );
}
