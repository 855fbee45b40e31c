import { readTransports } from '../../support/witness.js';
import { throughout, until } from '../../support/wait.js';
import { bobPlaysMallory } from './support/actions.js';
import { useSiege } from './support/siege.js';

const siege = useSiege();
type Link = InstanceType<typeof hostile.HostileLink>;

/** Media bytes that mallory has got, as her own WebRTC counts them. */
const stolen = () =>
  siege.mallory.evaluate(async () => {
    let bytes = 0;
    const link = hostile.keep['link'] as Link | undefined;
    (await link?.pc.getStats())?.forEach((entry: { type: string; bytesReceived?: number }) => {
      if (entry.type === 'inbound-rtp') bytes += entry.bytesReceived ?? 0;
    });
    return bytes;
  });

test.each(['sendrecv', 'sendonly', 'recvonly'] as const)(
  '[B8] three cameras and three microphones that she offers as %s, unasked, stay inactive: no byte either way, no track',
  async (direction) => {
    await siege.undisturbed(async () => {
      const directions = await siege.mallory.evaluate(
        async (url: string, bobId: string, way: RTCRtpTransceiverDirection) => {
          const { audio, video } = await kit.media();
          const link = await hostile.linkAnew(url, bobId, {
            prepare(pc: RTCPeerConnection) {
              for (const track of [audio, video, audio.clone(), video.clone(), audio.clone(), video.clone()])
                pc.addTransceiver(track, { direction: way });
            },
          });
          return link.pc.getTransceivers().map(({ currentDirection }) => currentDirection);
        },
        siege.url,
        siege.bobId,
        direction,
      );
      expect(directions).toEqual(Array.from({ length: 6 }, () => 'inactive'));
      await throughout(1_000, async () => {
        expect(await siege.strangeMedia()).toEqual({ bytes: 0, frames: 0 });
        expect(await stolen()).toBe(0);
      });
    });
    expect((await siege.ledger()).asked).toEqual([]);
  },
);

test('[B8] an answer that makes every line sendrecv, with media pushed on all of them: bob sends nothing, and shows no track before it is granted', async () => {
  const perform = async (link: Link, request: number) => {
    const { audio, video } = await kit.media();
    const senders = link.pc.getSenders();
    await Promise.all(
      senders.map((sender, index) => sender.replaceTrack(index % 2 ? video.clone() : audio.clone())),
    );
    await link.prove();
    hostile.keep['grant'] = () => link.say({ t: 'granted', request });
  };
  const outcome = bobPlaysMallory(siege, {
    own: (sdp) => sdp.replace(/a=(sendonly|recvonly|inactive)/g, 'a=sendrecv'),
    perform,
  });
  const tracks = () =>
    siege.bob.evaluate(() => kit.keep.incoming['show']?.mediaStream.getTracks().length ?? 0);
  await siege.undisturbed(() =>
    throughout(1_000, async () => {
      expect(await tracks()).toBe(0);
      expect(await stolen()).toBe(0);
    }),
  );
  // Either his browser refuses such an answer, or it plays what was granted and nothing else.
  const links = await siege.bob.evaluate(() => kit.keep.connection.links.get().size);
  if (links === 2) {
    await siege.mallory.evaluate(() => (hostile.keep['grant'] as () => void)());
    expect(await outcome).toBe('playing');
    expect(await tracks()).toBe(2);
  } else expect(await outcome).toBe('link/bad-description');
  expect(await stolen()).toBe(0);
});

test.each([
  [
    'that bob offers to receive on',
    (link: Link) =>
      link.pc
        .getTransceivers()
        .slice(2, 4)
        .map(({ mid }) => mid),
  ],
  [
    'of one kind only',
    (link: Link) => [link.pc.getTransceivers()[0]!.mid, link.pc.getTransceivers()[0]!.mid],
  ],
  ['that do not exist', () => ['77', '78']],
  ['named by a prototype', () => ['__proto__', 'constructor']],
] as [string, (link: Link) => (string | null)[]][])(
  '[B8] a play that names m-lines %s is told link/bad-description, and gets no byte',
  async (_, mids) => {
    expect(await bobPlaysMallory(siege)).toBe('playing');
    const told = await siege.mallory.evaluate(async (text: string) => {
      const link = hostile.keep['link'] as Link;
      const [audioMid, videoMid] = ((0, eval)(`(${text})`) as (of: Link) => string[])(link);
      link.say({ t: 'play', play: { request: 9, stream: 'camera', audioMid, videoMid } });
      await hostile.until(() => link.heard.some(({ t }) => t === 'ended'));
      return link.heard.flatMap((frame) => (frame.t === 'ended' ? frame.code : []));
    }, mids.toString());
    expect(told).toEqual(['link/bad-description']);
    await siege.undisturbed(() => throughout(500, async () => expect(await stolen()).toBe(0)));
    expect((await siege.ledger()).asked).toEqual([]);
  },
);

test('[B8] RTP on lines that bob has stopped to play surfaces nowhere', async () => {
  const perform = async (link: Link, request: number) => {
    const { audio, video } = await kit.media();
    const senders = link.pc.getSenders();
    await Promise.all(
      senders.map((sender, index) => sender.replaceTrack(index % 2 ? video.clone() : audio.clone())),
    );
    for (const transceiver of link.pc.getTransceivers()) transceiver.direction = 'sendrecv';
    await link.prove();
    link.say({ t: 'granted', request });
  };
  expect(await bobPlaysMallory(siege, { perform })).toBe('playing');
  await siege.bob.evaluate(() => kit.keep.incoming['show']!.close());
  await siege.mallory.evaluate(() => (hostile.keep['link'] as Link).say({ t: 'granted', request: 1 }));
  await siege.undisturbed(() =>
    throughout(1_000, async () => {
      const { tracks, phase } = await siege.bob.evaluate(() => ({
        tracks: kit.keep.incoming['show']!.mediaStream.getTracks().length,
        phase: kit.keep.incoming['show']!.state.get().phase,
      }));
      expect([tracks, phase]).toEqual([0, 'closed']);
    }),
  );
});

test('[B8] plays in her offer that name lines of the wrong direction are refused: no link, nobody asked', async () => {
  await siege.mallory.evaluate(
    async (url: string, bobId: string) => {
      const self = await hostile.Hostile.enter(url);
      const { audio, video } = await kit.media();
      const link = self.linkTo(bobId);
      void link
        .offer({
          plays: [{ request: 1, stream: 'camera', audioMid: '1', videoMid: '2' }],
          prepare(pc: RTCPeerConnection) {
            pc.addTransceiver(audio, { direction: 'sendrecv' });
            pc.addTransceiver(video, { direction: 'sendrecv' });
          },
        })
        .catch(() => undefined);
    },
    siege.url,
    siege.bobId,
  );
  await until(async () => (await readTransports(siege.bob)).length === 1, {
    within: 5_000,
    what: 'one transport',
  });
  expect((await siege.ledger()).asked).toEqual([]);
});
