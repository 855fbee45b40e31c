import type { FileState, PeerId } from '@conclave/core';
import type { SentFile } from '@conclave/react-bindings';

import { useNameOf } from '../call/names';
import { FileCard } from './file-card';
import { stateWords, wasWanted } from './file-words';
import { TransferBar } from './transfer-bar';

/** A file of ours, and how it is doing with each. */
export function SentFileCard({ file }: { readonly file: SentFile }) {
  const isMoving = [...file.peers.values()].some(({ phase }) => phase === 'moving');
  const isUnderWay = file.state === 'offered' || file.state === 'moving';
  return (
    <FileCard file={file} direction="sent">
      {file.peers.size === 0 && (
        <p className="file-note bad" data-testid="file-note">
          Nobody was connected who could take it.
        </p>
      )}
      <ul className="file-people">
        {[...file.peers].map(([id, state]) => (
          <Taker key={id} id={id} state={state} size={file.size} />
        ))}
      </ul>
      {isUnderWay && (
        <div className="file-actions">
          <button type="button" className="button small" data-testid="cancel-file" onClick={file.cancel}>
            {isMoving ? 'Cancel' : 'Take back'}
          </button>
        </div>
      )}
    </FileCard>
  );
}

function Taker(props: { readonly id: PeerId; readonly state: FileState; readonly size: number }) {
  const { id, state, size } = props;
  const name = useNameOf(id);
  return (
    <li
      className={`taker ${state.phase === 'failed' && !wasWanted(state.code) ? 'bad' : state.phase}`}
      data-testid="file-taker"
      data-state={state.phase}
    >
      <bdi className="taker-name">{name}</bdi>
      <span className="taker-words">{stateWords(state, size)}</span>
      {state.phase === 'moving' && <TransferBar label={`To ${name}`} bytes={state.bytes} size={size} />}
    </li>
  );
}
