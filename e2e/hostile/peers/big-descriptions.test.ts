import { MAX_SDP_BYTES } from '@conclave/protocol';

import { until } from '../../support/wait.js';
import { bobPlaysMallory, heapOf, linkToBob } from './support/actions.js';
import { useSiege } from './support/siege.js';

const siege = useSiege();
type Link = InstanceType<typeof hostile.HostileLink>;

/** Transports that bob has ever made. */
const transports = () => siege.bob.evaluate(() => witnessed.length);
const links = () => siege.bob.evaluate(() => kit.keep.connection.links.get().size);

/** Mallory offers a description of so many bytes through the rendezvous: what she was told. */
const offerOf = (bytes: number) =>
  siege.mallory.evaluate(
    async (url: string, bobId: string, size: number) => {
      const self = await hostile.Hostile.enter(url);
      const offer = (await hostile.someOffer())();
      const sdp = offer.sdp + `a=x:${'x'.repeat(size - offer.sdp.length - 6)}\r\n`;
      const sent = self.send(bobId, { ...offer, sdp }).then(
        () => 'passed on',
        (error: unknown) => (error as Error).message,
      );
      return Promise.race([sent, new Promise((resolve) => setTimeout(resolve, 1_000, 'no answer'))]);
    },
    siege.url,
    siege.bobId,
    bytes,
  );

test.each([
  ['1 MB', 1024 * 1024, 'no answer'], // her socket was cut
  ['100 KiB', 100 * 1024, 'rendezvous/too-large'],
])('[B2] an offer with %s of SDP does not leave the rendezvous', async (_, bytes, answer) => {
  const before = await transports();
  expect(await siege.undisturbed(() => offerOf(bytes))).toBe(answer);
  expect(await transports()).toBe(before);
  expect((await siege.ledger()).refused).toEqual({});
});

test('[B2] an offer with one byte more than 64 KiB of SDP is refused with a code, before a transport is made', async () => {
  const before = await transports();
  expect(await siege.undisturbed(() => offerOf(MAX_SDP_BYTES + 1))).toBe('passed on');
  await siege.refused('link/bad-frame');
  expect(await transports()).toBe(before);
});

test('[B2] an answer with 65 m-lines, or with 64 KiB of lines that say nothing, makes no link or an ordinary one', async () => {
  const lines = (sdp: string) => sdp + 'm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:x\r\n'.repeat(65);
  expect(await siege.undisturbed(() => bobPlaysMallory(siege, { own: lines }))).toBe('link/bad-description');
  const full = (sdp: string) => sdp + 'a=x:y\r\n'.repeat(Math.floor((65_000 - sdp.length) / 7));
  expect(await siege.undisturbed(() => bobPlaysMallory(siege, { own: full }))).toBe('playing');
});

test('[B2] an answer with 500 candidates in it is refused: nobody has as many', async () => {
  const own = (sdp: string) =>
    sdp.replace(
      /(a=ice-ufrag)/,
      Array.from(
        { length: 500 },
        (_, at) => `a=candidate:${at} 1 udp 2122260223 127.0.0.1 ${2_000 + at} typ host\r\n`,
      ).join('') + '$1',
    );
  expect(await siege.undisturbed(() => bobPlaysMallory(siege, { own }))).toBe('link/bad-description');
});

test('[B2] 1 MB of SDP over the control channel, as large as SCTP takes it, ends her link with link/bad-frame', async () => {
  expect(await bobPlaysMallory(siege)).toBe('playing');
  const settled = await heapOf(siege.bob);
  await siege.undisturbed(async () => {
    const throwing = siege.mallory.evaluate(() => {
      const link = hostile.keep['link'] as Link;
      // 256 KiB is the largest message that the browsers tell each other to take (RFC 8841): four of them.
      const sdp = 'v=0\r\n' + 'a=x:y\r\n'.repeat(37_000);
      for (let revision = 2; revision < 6; revision += 1)
        link.say({ t: 'describe', type: 'offer', revision, sdp, plays: [] });
    });
    throwing.catch(() => undefined); // she may crash when she is hung up on
    await until(async () => (await links()) === 1, { within: 5_000, what: 'alice only' });
  });
  const state = await siege.bob.evaluate(() => {
    const now = kit.keep.incoming['show']!.state.get();
    return 'code' in now ? now.code : now.phase;
  });
  expect(state).toBe('link/bad-frame');
  await settled();
});

test('[B2] a description over the control channel with 65 m-lines ends her link with link/bad-description', async () => {
  await linkToBob(siege);
  await siege.undisturbed(async () => {
    const throwing = siege.mallory.evaluate(() => {
      const link = hostile.keep['link'] as Link;
      const own = link.pc.localDescription?.sdp ?? '';
      const sdp = own + 'm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:x\r\n'.repeat(65);
      link.say({ t: 'describe', type: 'offer', revision: 2, sdp, plays: [] });
    });
    throwing.catch(() => undefined); // she may crash when she is hung up on
    await until(async () => (await links()) === 1, { within: 5_000, what: 'alice only' });
  });
});
