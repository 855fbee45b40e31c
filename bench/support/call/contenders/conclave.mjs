import { connect } from '@conclave/core';
import { joinRoom } from '@conclave/mesh';

import { makeFile } from '../../../throughput/file.mjs';

const STREAM = 'camera';
/** Longer than anybody can send it while he is watched. */
const FILE_BYTES = 4 * 1024 ** 3;

/** Joins a room. `uplink` is as `joinRoom` takes it. */
export async function join({ rendezvous }, { room: name, name: nearName, uplink }, onChat) {
  const connection = await connect(rendezvous, { key: 'demo', iceServers: [] });
  const room = await joinRoom(connection, {
    room: name,
    metadata: { name: nearName },
    ...(uplink !== undefined && { uplink }),
  });
  room.handle('chat', (_from, bytes) => onChat(bytes));
  room.onFile((_from, offer) => {
    offer.accept({ to: new WritableStream() }).catch(() => undefined); // it ends before its end
  });
  const present = () => room.participants.get().filter(({ state }) => state.get().phase === 'present');
  const transfers = [];
  return {
    others: () => present().length,
    async attach({ audio, video }) {
      const stream = room.streams.get(STREAM);
      await Promise.all([stream.attachAudio(audio), stream.attachVideo(video)]);
    },
    chat: (bytes) => void room.send('chat', bytes),
    startFile(to) {
      const file = makeFile(FILE_BYTES);
      const receiver =
        to === undefined ? room : present().find(({ metadata }) => metadata.get()?.name === to);
      transfers.push(receiver.sendFile(file));
    },
    stopFile() {
      for (const transfer of transfers.splice(0)) transfer.cancel();
    },
    /** What it believes of its uplink, where it says so. */
    plan: () => room.uplink?.get(),
    wouldFit: () => room.wouldFit(),
    close: () => connection.close(),
  };
}
