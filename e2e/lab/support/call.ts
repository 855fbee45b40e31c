import { until } from '../../support/wait.js';
import { openCamera } from './camera.js';
import type { LabPeer } from './internet.js';

const FILE_MIB = 64;

/** All of these meet in a room, play what they hear, take every file, and have a camera that is not attached yet. */
export async function meet(...peers: readonly LabPeer[]): Promise<void> {
  for (const peer of peers) {
    await openCamera(peer);
    await peer.evaluate(async () => {
      const room = await conclave.joinRoom(kit.keep.connection, { room: 'tea' });
      kit.keep.room = room;
      room.onFile((_from, offer) => {
        // It ends with the test, before its own end.
        offer.accept({ to: new WritableStream() }).catch(() => undefined);
      });
      const playing = new Set<MediaStream>();
      const look = () => {
        for (const { streams } of room.participants.get())
          for (const { mediaStream } of streams.get().values()) {
            if (playing.has(mediaStream)) continue;
            playing.add(mediaStream);
            kit.listen(mediaStream);
          }
      };
      setInterval(look, 50);
    });
  }
  await Promise.all(
    peers.map((peer) =>
      until(
        () =>
          peer.evaluate(
            (others: number) =>
              kit.keep.room.participants
                .get()
                .filter((one) => one.state.get().phase === 'present' && one.streams.get().has('camera'))
                .length === others,
            peers.length - 1,
          ),
        { within: 15_000, what: `${peer.name} is with all others` },
      ),
    ),
  );
}

/** Sends from now on what the microphone, or the camera too, gives. */
export async function attach(peer: LabPeer, ...kinds: readonly ('audio' | 'video')[]): Promise<void> {
  await peer.evaluate(
    async (audio: boolean, video: boolean) => {
      const camera = kit.keep.room.streams.get('camera')!;
      if (audio) await camera.attachAudio(kit.keep.media.audio);
      if (video) await camera.attachVideo(kit.keep.media.video);
    },
    kinds.includes('audio'),
    kinds.includes('video'),
  );
}

/** Begins to send a file that is longer than the test, to one or to everybody in the room. */
export async function startFile(peer: LabPeer, to?: LabPeer): Promise<void> {
  await peer.evaluate(
    (mebibytes: number, farId: string) => {
      const part = new Blob([new Uint8Array(2 ** 20)]);
      const file = new Blob(Array.from({ length: mebibytes }, () => part));
      const { room } = kit.keep;
      const receiver = farId === '' ? room : room.participants.get().find(({ id }) => id === farId)!;
      receiver.sendFile(file);
    },
    FILE_MIB,
    to?.id ?? '',
  );
}

/** Audio that a peer has heard, in samples: of everybody, and what of it was made up because nothing came. */
export const heardAudio = (peer: LabPeer) =>
  peer.evaluate(async () => {
    const open = witnessed.filter(({ pc }) => pc.signalingState !== 'closed');
    const reports = await Promise.all(open.map(async ({ pc }) => [...(await pc.getStats()).values()]));
    const audios = reports.flat().filter(({ type, kind }) => type === 'inbound-rtp' && kind === 'audio');
    const total = (name: string) => audios.reduce<number>((sum, entry) => sum + Number(entry[name] ?? 0), 0);
    return { samples: total('totalSamplesReceived'), concealed: total('concealedSamples') };
  });
