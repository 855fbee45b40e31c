import type { ControlFrame, PeerId, Value } from '@conclave/protocol';

import type { LinkPort } from '../../src/link/link-port.js';
import type { TransceiverPair } from '../../src/link/media-lines.js';
import { memoryFace, memoryLink } from '../support/memory-link.js';
import { collectReports, turns } from '../support/reports.js';
import { ALICE, CHARLIE, publisherScene, streamEnds } from '../support/stream-ends.js';
import { useVirtualTime } from '../support/virtual-time.js';
import { virtualLink } from '../support/virtual-link.js';

useVirtualTime();

const BOB = 'b'.repeat(64) as PeerId;
const MIDS = { audioMid: '1', videoMid: '2' };

/** A proven link of bob's on which the m-lines of {@link MIDS} can be sent on. */
function bobsLink(): { port: LinkPort; told: ControlFrame[] } {
  const told: ControlFrame[] = [];
  const transceiver = {
    sender: { track: null, getParameters: () => ({ encodings: [] }), replaceTrack: () => Promise.resolve() },
  };
  const pair = { audio: transceiver, video: transceiver } as unknown as TransceiverPair;
  const { port } = memoryLink(BOB);
  const link = memoryFace(BOB);
  return {
    told,
    port: {
      ...port,
      link,
      send: (frame) => told.push(frame),
      lines: {
        sendersFor: ({ audioMid, videoMid }) =>
          audioMid === MIDS.audioMid && videoMid === MIDS.videoMid ? pair : undefined,
        receiversFor: () => undefined,
      },
    },
  };
}

function alicePublishes() {
  const { publisher, statuses } = publisherScene();
  let asked = 0;
  publisher.publish('camera', () => {
    asked += 1;
    return true;
  });
  return { publisher, statuses, asked: () => asked };
}

/** Lets consent, which is asked in microtasks, come to its end. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

const hostile = [
  ['m-lines that do not exist', { audioMid: '7', videoMid: '8' }],
  ['one m-line for both kinds', { audioMid: '1', videoMid: '1' }],
  ['audio without video', { audioMid: '1' }],
] as const;

test.each(hostile)('[C7] a play frame that names %s is refused, and nobody is asked', async (_, mids) => {
  const { publisher, asked } = alicePublishes();
  const { port, told } = bobsLink();
  publisher.control(port, { t: 'play', play: { request: 1, stream: 'camera', ...mids } });
  await settled();
  expect(told).toEqual([{ t: 'ended', request: 1, code: 'link/bad-description', reason: undefined }]);
  expect(asked()).toBe(0);
});

test('[C7] a second play on the m-lines of a granted one is refused: consent is not handed on', async () => {
  const { publisher, asked } = alicePublishes();
  const { port, told } = bobsLink();
  publisher.control(port, { t: 'play', play: { request: 1, stream: 'camera', ...MIDS } });
  await settled();
  publisher.control(port, { t: 'play', play: { request: 2, stream: 'camera', ...MIDS } });
  await settled();
  expect(told.map(({ t }) => t)).toEqual(['granted', 'ended']);
  expect(asked()).toBe(1);
  expect(publisher.granted.get()).toHaveLength(1);
});

test('[C7] a play that was ended before its description had its turn is not asked about', async () => {
  const { publisher, asked } = alicePublishes();
  const { port, told } = bobsLink();
  publisher.control(port, { t: 'unplay', request: 1 });
  publisher.farPlays(port, [{ request: 1, stream: 'camera', ...MIDS }]);
  await settled();
  expect(told).toEqual([{ t: 'ended', request: 1, code: 'stream/unsubscribed' }]);
  expect(asked()).toBe(0);
});

test('[C7] a play that is said again is answered again, not asked about again', async () => {
  const { publisher, asked } = alicePublishes();
  const { port, told } = bobsLink();
  const play = { request: 1, stream: 'camera', ...MIDS };
  publisher.farPlays(port, [play]);
  await settled();
  publisher.farPlays(port, [play]);
  await settled();
  expect(told.map(({ t }) => t)).toEqual(['granted', 'granted']);
  expect(asked()).toBe(1);
});

test('[C3] closing a stream ends its subscriptions and empties its list of peer streams', async () => {
  const { publisher, statuses } = alicePublishes();
  const { port, told } = bobsLink();
  const stream = publisher.publish('screen', () => true);
  publisher.farPlays(port, [{ request: 1, stream: 'screen', ...MIDS }]);
  await settled();
  expect(stream.peerStreams.get()).toHaveLength(1);
  await stream.close();
  expect(stream.peerStreams.get()).toEqual([]);
  expect(publisher.granted.get()).toEqual([]);
  expect(told.at(-1)).toMatchObject({ t: 'ended', code: 'stream/closed' });
  expect(statuses.map(({ code }) => code).filter((code) => code.includes('Unpublish'))).toHaveLength(1);
});

test('[C7] a subscriber who is closed by a listener of peerStreams gets no track and no place', async () => {
  const { publisher } = alicePublishes();
  const { port, told } = bobsLink();
  const stream = publisher.publish('screen', () => true);
  stream.peerStreams.subscribe(() => stream.peerStreams.get()[0]?.close('not you'));
  publisher.farPlays(port, [{ request: 1, stream: 'screen', ...MIDS }]);
  await settled();
  expect(told).toEqual([{ t: 'ended', request: 1, code: 'stream/closed', reason: 'not you' }]);
  expect(publisher.granted.get()).toEqual([]);
  expect(stream.peerStreams.get()).toEqual([]);
});

test('[C9] a listener of peerStreams that says to all who has joined is heard once by each, and not by the newcomer', async () => {
  const { alice, bob, connect, settle } = streamEnds();
  const reported = collectReports();
  const heard: Value[] = [];
  const stream = alice.publisher.publish('camera', () => true);
  connect();
  bob.subscriptions.play(ALICE, 'camera', { media: false }).handle('count', (count) => heard.push(count));
  await settle();
  const asked: Promise<ReadonlyMap<PeerId, unknown>>[] = [];
  stream.peerStreams.subscribe(() => {
    stream.send('count', stream.peerStreams.get().length);
    asked.push(stream.request('name', [], { timeoutMs: 1 }));
  });
  const { port } = virtualLink([ALICE, CHARLIE]).ends[0];
  alice.lanes.up(port);
  alice.publisher.farPlays(port, [{ request: 1, stream: 'camera' }]);
  await turns();
  await settle();
  expect(stream.peerStreams.get().map(({ farId, state }) => [farId, state.get().phase])).toEqual([
    [BOB, 'playing'],
    [CHARLIE, 'playing'],
  ]);
  expect(heard).toEqual([2]);
  expect((await Promise.all(asked)).map((answers) => [...answers.keys()])).toEqual([[BOB]]);
  expect(reported).toEqual([]);
});

test('[C7] a description that has its turn after the end of its link makes no subscription', async () => {
  const { publisher, asked } = alicePublishes();
  const { port } = bobsLink();
  const closed: LinkPort = { ...port, state: { phase: 'closed', code: 'peer/closed' } };
  publisher.down(port, 'peer/closed', false);
  publisher.farPlays(closed, [{ request: 1, stream: 'camera', ...MIDS }]);
  await settled();
  expect(asked()).toBe(0);
  expect(publisher.serves(closed)).toBe(false);
});
