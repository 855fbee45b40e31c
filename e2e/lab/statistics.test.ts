import type { DirectionCounters, PathCounters, TrafficClass } from '@conclave/lab';

import { play } from '../support/scene.js';
import { until } from '../support/wait.js';
import type { BrowserName } from '../support/where.js';
import { publishCamera } from './support/camera.js';
import { afterMs, bitrate, report } from './support/figures.js';
import { PATH_DELAY_MS, useInternets, type LabPeer } from './support/internet.js';
import { describeInLab } from './support/where.js';

/** The smallest that Chromium makes smaller where the path is thin, and says so. */
const CAMERA = { width: 640, height: 360, frameRate: 15 };
/** The row's. */
const TOLERANCE = 0.05;
const WINDOW_MS = 7_000;
/** Headers of UDP and IPv4. */
const UDP_BYTES = 28;
/** What SRTP adds to a packet, by the profile of the link (RFC 5764 section 4.1.2, RFC 7714 section 12). */
const SRTP_BYTES: Readonly<Record<string, number>> = {
  SRTP_AES128_CM_HMAC_SHA1_80: 10,
  SRTP_AEAD_AES_128_GCM: 16,
  SRTP_AEAD_AES_256_GCM: 16,
};
/** What a link carries; the shaper counts the rendezvous as `other`. */
const OF_LINK = ['audio', 'video', 'rtcp', 'data', 'stun'] as const satisfies readonly TrafficClass[];

/** What the API says of a link at one moment, sent and received; and the bytes of RTP headers, which only the browser tells. */
const read = (peer: LabPeer) =>
  peer.evaluate(async () => {
    const [subscriber] = kit.keep.outgoing['camera']!.peerStreams.get();
    const { pc } = witnessed.find(({ pc: { signalingState } }) => signalingState !== 'closed')!;
    const [sent, received, link, browser] = await Promise.all([
      subscriber!.stats(),
      kit.keep.incoming['camera']!.stats(),
      subscriber!.link.stats(),
      pc.getStats(),
    ]);
    const headersOf = (direction: string, kind: string): number => {
      const entry = [...browser.values()].find((one) => one.type === direction && one.kind === kind);
      return entry?.headerBytesSent ?? entry?.headerBytesReceived;
    };
    const headers = {
      sent: { audio: headersOf('outbound-rtp', 'audio'), video: headersOf('outbound-rtp', 'video') },
      received: { audio: headersOf('inbound-rtp', 'audio'), video: headersOf('inbound-rtp', 'video') },
    };
    return { sent, received, link, headers, atMs: sent.atMs };
  });
type Read = Awaited<ReturnType<typeof read>>;

/** Both at one moment: what the API says, and what the shaper has counted. */
async function readBoth(peer: LabPeer) {
  const [said, counted] = await Promise.all([read(peer), peer.counters()]);
  return { said, counted };
}

/** Payload and packets as the API says, and what each packet has around its payload: what the shaper counts. */
const wireOf = (direction: 'sent' | 'received', kind: 'audio' | 'video', { said }: { said: Read }) => {
  const { bytes, packets } = said[direction][kind]!;
  const tagBytes = SRTP_BYTES[said.link.srtpCipher!]!;
  return {
    bytes: bytes + said.headers[direction][kind] + (tagBytes + UDP_BYTES) * packets,
    atMs: said.atMs,
  };
};

/** What the shaper has let through of these classes, without `headerBytes` of each packet. */
function countedOf(direction: DirectionCounters, classes: readonly TrafficClass[], headerBytes = 0) {
  return classes.reduce(
    (sum, each) => sum + direction[each].bytes - headerBytes * direction[each].packets,
    0,
  );
}

/** Bit rates that the API says, over those that the shaper counts, minus 1. */
async function errorsOver(peer: LabPeer) {
  const before = await readBoth(peer);
  await afterMs(WINDOW_MS);
  const after = await readBoth(peer);
  const shaped = (way: keyof PathCounters, classes: readonly TrafficClass[], headerBytes?: number) => {
    const at = ({ counted }: typeof before) => ({
      bytes: countedOf(counted[way], classes, headerBytes),
      atMs: counted.atMs,
    });
    return bitrate(at(before), at(after));
  };
  const ofTrack = (direction: 'sent' | 'received', kind: 'audio' | 'video') => {
    const said = bitrate(wireOf(direction, kind, before), wireOf(direction, kind, after));
    return said / shaped(direction === 'sent' ? 'up' : 'down', [kind]) - 1;
  };
  const ofLink = (key: 'bytesSent' | 'bytesReceived') => {
    const at = ({ said }: typeof before) => ({ bytes: said.link[key], atMs: said.atMs });
    const way = key === 'bytesSent' ? 'up' : 'down';
    return bitrate(at(before), at(after)) / shaped(way, OF_LINK, UDP_BYTES) - 1;
  };
  return {
    'audio sent': ofTrack('sent', 'audio'),
    'video sent': ofTrack('sent', 'video'),
    'audio received': ofTrack('received', 'audio'),
    'video received': ofTrack('received', 'video'),
    'link sent': ofLink('bytesSent'),
    'link received': ofLink('bytesReceived'),
  };
}

/** A part of the usual rate of its video fits, and some of it is dropped. */
const THIN = { rateBps: 90_000, queueMs: 60 };

describe.each<BrowserName>(['chromium', 'firefox'])('%s', (browser) => {
  describeInLab(['chromium', browser], `statistics in ${browser}`, () => {
    const internets = useInternets();

    it('[C14] agree with what the path has carried, and say how it does', async () => {
      const { alice, bob } = await internets.open({ alice: { browser }, bob: {} });
      for (const [near, far] of [
        [alice, bob],
        [bob, alice],
      ] as const) {
        await publishCamera(near, CAMERA);
        expect(await play(far, near.id)).toBe('playing');
      }
      await until(
        async () => {
          const { sent, received } = await read(alice);
          return (
            sent.video!.height === CAMERA.height &&
            received.video!.height === CAMERA.height &&
            sent.audio!.rttMs
          );
        },
        { within: 15_000, what: 'pictures of full size, both ways' },
      );

      const errors = await errorsOver(alice);
      const { sent, received, link } = await read(alice);

      report(`${browser}, said of bit rates, too much by`, errors);
      report(`${browser}, besides`, {
        'RTT ms by STUN': link.rttMs!,
        'RTT ms by RTCP': sent.video!.rttMs!,
        'frames sent': sent.video!.framesPerSecond!,
        'frames received': received.video!.framesPerSecond!,
      });
      for (const [what, error] of Object.entries(errors))
        expect([what, Math.abs(error) <= TOLERANCE, error]).toEqual([what, true, error]);
      for (const video of [sent.video!, received.video!]) {
        expect(video).toMatchObject({ width: CAMERA.width, height: CAMERA.height });
        expect(Math.abs(video.framesPerSecond! - CAMERA.frameRate)).toBeLessThanOrEqual(3);
      }
      for (const rttMs of [link.rttMs!, sent.video!.rttMs!, sent.audio!.rttMs!]) {
        expect(rttMs).toBeGreaterThanOrEqual(2 * PATH_DELAY_MS - 1);
        expect(rttMs).toBeLessThan(2 * PATH_DELAY_MS + 30);
      }
      expect(sent.video!.lossRatio).toBe(0);
      expect(received.audio!.packetsLost + received.video!.packetsLost).toBe(0);

      await alice.shape('up', THIN);
      const far = () => read(bob);
      await until(async () => (await read(alice)).sent.video!.lossRatio! > 0, {
        within: 10_000,
        what: 'loss, as the far end says',
      });
      await until(async () => (await far()).received.video!.packetsLost > 0, {
        within: 5_000,
        what: 'loss at the receiver',
      });
      if (sent.video!.limitation === undefined) return; // a browser that does not tell
      expect(sent.video!.limitation).toBe('none');
      await until(async () => (await read(alice)).sent.video!.limitation === 'bandwidth', {
        within: 15_000,
        what: 'video that the path limits',
      });
    });
  });
});
