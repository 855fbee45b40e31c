import {
  cell,
  type FileOptions,
  type FileState,
  type FileTransfer,
  type PeerId,
  type Readable,
} from '@conclave/core';

type States = ReadonlyMap<PeerId, FileState>;

const GONE: FileState = { phase: 'failed', code: 'peer/unreachable' };

/** The transfers of one file to several peers as one; these others are not there, and it has failed with them. */
export function joinTransfers(
  file: Blob,
  options: FileOptions,
  transfers: readonly FileTransfer[],
  others: readonly PeerId[],
): FileTransfer {
  const gone: States = new Map(others.map((farId) => [farId, GONE]));
  const finished = Promise.all(transfers.map((one) => one.finished));
  return {
    name: options.name ?? nameOf(file),
    type: file.type,
    size: file.size,
    peers: joinStates(gone, transfers),
    finished: finished.then((all) => join(gone, all)),
    cancel() {
      for (const transfer of transfers) transfer.cancel();
    },
  };
}

function nameOf(file: Blob): string {
  return 'name' in file && typeof file.name === 'string' ? file.name : '';
}

function joinStates(gone: States, transfers: readonly FileTransfer[]): Readable<States> {
  const all = transfers.map(({ peers }) => peers);
  const now = () =>
    join(
      gone,
      all.map((peers) => peers.get()),
    );
  const states = cell(now());
  for (const peers of all) peers.subscribe(() => states.set(now()));
  return states.readable;
}

function join(gone: States, all: readonly States[]): States {
  return new Map([...gone, ...all.flatMap((states) => [...states])]);
}
