import { memo } from 'react';

import type { ReceivedFile, SentFile } from '@conclave/react-bindings';

import { ReceivedFileCard } from '../files/received-file-card';
import { SentFileCard } from '../files/sent-file-card';
import { Said } from './said';

/** A file that this end has offered. */
export const SentFileLine = memo(function SentFileLine(props: {
  readonly file: SentFile;
  readonly isSame: boolean;
}) {
  return (
    <Said from={undefined} atMs={props.file.atMs} isSame={props.isSame} testId="chat-file">
      <SentFileCard file={props.file} />
    </Said>
  );
});

/** A file that somebody else has offered. */
export const ReceivedFileLine = memo(function ReceivedFileLine(props: {
  readonly file: ReceivedFile;
  readonly isSame: boolean;
}) {
  return (
    <Said from={props.file.from} atMs={props.file.atMs} isSame={props.isSame} testId="chat-file">
      <ReceivedFileCard file={props.file} />
    </Said>
  );
});
