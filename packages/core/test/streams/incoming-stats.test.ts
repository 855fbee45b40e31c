import type { LinkPort } from '../../src/link/link-port.js';
import type { TransceiverPair } from '../../src/link/media-lines.js';
import type { RtcImplementation } from '../../src/link/rtc-door.js';
import { Subscription } from '../../src/streams/incoming-stream.js';
import { ALICE, BOB, publisherScene } from '../support/stream-ends.js';
import { virtualLink } from '../support/virtual-link.js';

const rtc = {
  MediaStream: class {
    addTrack = () => {};
    removeTrack = () => {};
    getTracks = () => [];
  },
} as unknown as RtcImplementation;

/** A link that carries a stream on these m-lines, and has received so many bytes on each of its first four. */
function portWith([audio, video]: readonly [string, string], bytes: number): LinkPort {
  const lineOf = (mid: string) => ({ mid, receiver: { track: {} } });
  const pair = { audio: lineOf(audio), video: lineOf(video) } as unknown as TransceiverPair;
  const entries = ['0', '1', '2', '3'].map((mid) => ({ type: 'inbound-rtp', mid, bytesReceived: bytes }));
  return Object.assign(virtualLink([BOB, ALICE]).ends[0].port, {
    lines: { sendersFor: () => undefined, receiversFor: () => pair },
    report: async () => new Map(entries.map((entry, at) => [`${at}`, entry])) as unknown as RTCStatsReport,
  });
}

/** Bob plays alice's camera over a link that the test replaces. */
function playing(first: LinkPort) {
  let port: LinkPort | undefined = first;
  const want = { request: 1, stream: 'camera', media: true, playBack: false };
  const { files } = publisherScene();
  const subscription = new Subscription(ALICE, want, {
    ...{ rtc, files, linkTo: () => port, answer: () => {}, ended: () => {} },
  });
  subscription.step({ type: 'granted' }, first);
  return {
    subscription,
    bytes: async () => {
      const { audio, video } = await subscription.stream.stats();
      return [audio?.bytes, video?.bytes];
    },
    /** Another link is there, or none. */
    links: (to?: LinkPort) => {
      port = to;
      subscription.step({ type: 'moved' });
    },
  };
}

test('[C14] what a stream has received is told of the link that it plays over, and of none while it moves to another', async () => {
  const { subscription, bytes, links } = playing(portWith(['2', '3'], 7_000));
  expect(await bytes()).toEqual([7_000, 7_000]);
  links();
  expect(await bytes()).toEqual([undefined, undefined]);
  const second = portWith(['0', '1'], 90); // its lines 2 and 3 are another stream's
  links(second);
  expect(await bytes()).toEqual([undefined, undefined]);
  subscription.step({ type: 'granted' }, second);
  expect(await bytes()).toEqual([90, 90]);
});

test('[C14] a reading that was under way when the stream moved tells of the link that it was begun on', async () => {
  const { subscription, bytes, links } = playing(portWith(['2', '3'], 7_000));
  const reading = bytes();
  const second = portWith(['0', '8'], 90);
  links(second);
  subscription.step({ type: 'granted' }, second);
  expect(await reading).toEqual([7_000, 7_000]);
  expect(await bytes()).toEqual([90, undefined]);
});
