import fc from 'fast-check';

import type { TransceiverPair } from '../../src/link/media-lines.js';
import { sourceOf, unaided, type SenderState } from '../../src/logic/demand.js';
import { MediaSending, type Opening } from '../../src/streams/media-sending.js';
import type { Encoding } from '../../src/streams/sender-control.js';
import { turns } from '../support/reports.js';
import { BOB, CHARLIE } from '../support/stream-ends.js';
import { pass, useVirtualTime } from '../support/virtual-time.js';

useVirtualTime();

/** A sender without WebRTC behind it: what it was given to send, and how it was encoded when it was. */
function newSender() {
  const given: { readonly track: MediaStreamTrack | null; readonly maxBitrate: number | undefined }[] = [];
  const fake = {
    given,
    track: null as MediaStreamTrack | null,
    encoding: { active: true } as RTCRtpEncodingParameters,
    getParameters: () => ({ encodings: [{ ...fake.encoding }] }),
    async setParameters({ encodings: [first] }: RTCRtpSendParameters) {
      fake.encoding = first ?? {};
    },
    async replaceTrack(track: MediaStreamTrack | null) {
      fake.track = track;
      given.push({ track, maxBitrate: fake.encoding.maxBitrate });
    },
  };
  return fake;
}

const newTrack = (kind: 'audio' | 'video', settings: MediaTrackSettings = {}) =>
  ({ kind, getSettings: () => settings }) as unknown as MediaStreamTrack;
const HD = { width: 1280, height: 720, frameRate: 30 };

/** M-lines to somebody, without WebRTC behind them. */
function newLines() {
  const [audio, video] = [newSender(), newSender()];
  const pair = { audio: { sender: audio, mid: '1' }, video: { sender: video, mid: '2' } };
  return { audio, video, pair: pair as unknown as TransceiverPair };
}

/** What alice sends to bob, and a budget whose word the test says, where there is one. */
function scene({ budget = true, farId = BOB, lines = newLines() } = {}) {
  const asked: { readonly kind: string; say(encoding: Encoding): void; fail(): void }[] = [];
  const waits: Opening = ({ kind }) =>
    new Promise((resolve, reject) =>
      asked.push({ kind, say: resolve, fail: () => reject(new Error('no plan')) }),
    );
  const budgets = { now: budget ? waits : undefined };
  const media = new MediaSending(farId, 'camera', () => budgets.now);
  const [, video] = media.handles;
  const states: SenderState[] = [];
  video?.state.subscribe(() => states.push(video.state.get()));
  const { audio: audioSender, video: videoSender } = lines;
  return {
    media,
    lines,
    budgets,
    /** Of which tracks a budget was asked how they begin. */
    asked,
    /** What the state of video was changed to. */
    states,
    videoState: () => video?.state.get(),
    audioSender,
    videoSender,
    /** Alice's camera begins; the budget is asked of it. */
    async begins(track = newTrack('video', HD)) {
      void media.setTracks({ audio: null, video: track });
      media.bind(lines.pair);
      await turns();
      return track;
    },
  };
}

describe('a budget says how a track begins', () => {
  test('[E4] a track waits for the word of the budget, and is sent as it says from its first picture on', async () => {
    const { begins, asked, videoSender } = scene();
    const camera = await begins();
    expect(asked).toMatchObject([{ kind: 'video' }]);
    await pass(900);
    expect(videoSender.given).toEqual([]);
    asked[0]?.say({ maxBitrateBps: 80_000, maxFramerate: 15, scaleResolutionDownBy: 2 });
    await turns();
    expect(videoSender.given).toEqual([{ track: camera, maxBitrate: 80_000 }]);
    expect(videoSender.encoding).toEqual({
      active: true,
      maxBitrate: 80_000,
      maxFramerate: 15,
      scaleResolutionDownBy: 2,
    });
    expect(jest.getTimerCount()).toBe(0);
  });

  test('[E4] audio is asked about by itself, and does not wait for video', async () => {
    const { media, lines, asked, audioSender, videoSender } = scene();
    const microphone = newTrack('audio');
    void media.setTracks({ audio: microphone, video: newTrack('video', HD) });
    media.bind(lines.pair);
    await turns();
    expect(asked.map(({ kind }) => kind)).toEqual(['audio', 'video']);
    asked[0]?.say({ maxBitrateBps: 24_000 });
    await turns();
    expect(audioSender.given).toEqual([{ track: microphone, maxBitrate: 24_000 }]);
    expect(videoSender.track).toBeNull();
  });

  test('[E4] a track of which a budget says nothing is sent after 1 s, and a late word counts all the same', async () => {
    const { begins, asked, videoSender } = scene();
    const camera = await begins();
    await pass(999);
    expect(videoSender.track).toBeNull();
    await pass(1);
    expect(videoSender.given).toEqual([{ track: camera, maxBitrate: undefined }]);
    await pass(5_000);
    asked[0]?.say({ maxBitrateBps: 80_000 });
    await turns();
    expect(videoSender.encoding).toEqual({ active: true, maxBitrate: 80_000 });
    expect(videoSender.given).toHaveLength(1);
  });

  test('[E4] a budget that fails keeps nobody from being seen, not even for a second', async () => {
    const { begins, asked, videoSender } = scene();
    const camera = await begins();
    asked[0]?.fail();
    await turns();
    expect(videoSender.given).toEqual([{ track: camera, maxBitrate: undefined }]);
  });

  test('[E4] a budget that throws keeps nobody from being seen, not even for a second', async () => {
    const { begins, budgets, videoSender } = scene();
    budgets.now = () => {
      throw new Error('no plan');
    };
    const camera = await begins();
    expect(videoSender.track).toBe(camera);
    expect(jest.getTimerCount()).toBe(0);
  });

  test.each([
    ['is taken back', undefined],
    ['is replaced', () => ({ maxBitrateBps: 50_000 })],
  ])('[E4] a budget that %s meanwhile says nothing any more', async (_, another: Opening | undefined) => {
    const { begins, asked, budgets, videoSender } = scene();
    const camera = await begins();
    budgets.now = another;
    asked[0]?.say({ maxBitrateBps: 80_000 });
    await turns();
    expect(videoSender.track).toBe(camera);
    expect(videoSender.encoding.maxBitrate).toBeUndefined();
  });

  test('[E4] what a budget sets meanwhile is newer than what it was asked for', async () => {
    const { media, begins, asked, videoSender } = scene();
    const camera = await begins();
    await media.encode('video', { maxBitrateBps: 30_000 });
    expect(videoSender.track).toBeNull();
    asked[0]?.say({ maxBitrateBps: 500_000 });
    await turns();
    expect(videoSender.given).toEqual([{ track: camera, maxBitrate: 30_000 }]);
    expect(videoSender.encoding).toMatchObject({ active: true, maxBitrate: 30_000 });
  });

  test('[E4] a track that replaces one that is sent is sent at once: nobody is asked again', async () => {
    const { media, begins, asked, videoSender } = scene();
    await begins();
    asked[0]?.say({ maxBitrateBps: 80_000 });
    await turns();
    const screen = newTrack('video', HD);
    await media.setTracks({ audio: null, video: screen });
    expect(asked).toHaveLength(1);
    expect(videoSender.given.at(-1)).toEqual({ track: screen, maxBitrate: 80_000 });
  });

  test('[E4] a track that replaces one that waits goes in its place, and is asked about once', async () => {
    const { media, begins, asked, videoSender } = scene();
    await begins();
    const screen = newTrack('video', HD);
    void media.setTracks({ audio: null, video: screen });
    await turns();
    asked[0]?.say({});
    await turns();
    expect(asked).toHaveLength(1);
    expect(videoSender.given).toMatchObject([{ track: screen }]);
  });

  test('[E4] after a time without a track a budget is asked anew', async () => {
    const { media, begins, asked, videoSender } = scene();
    const camera = await begins();
    asked[0]?.say({ maxBitrateBps: 80_000 });
    await turns();
    await media.setTracks({ audio: null, video: null });
    void media.setTracks({ audio: null, video: camera });
    await turns();
    expect(asked).toHaveLength(2);
    expect(videoSender.track).toBeNull();
    asked[1]?.say({ maxBitrateBps: 60_000 });
    await turns();
    expect(videoSender.given.at(-1)).toEqual({ track: camera, maxBitrate: 60_000 });
  });

  test('[E1] a track that is not to begin yet is kept off the sender until it is', async () => {
    const { media, begins, asked, videoSender } = scene();
    const camera = await begins();
    asked[0]?.say({ active: false });
    await pass(2_000);
    await media.encode('video', { active: false, maxBitrateBps: 50_000 });
    expect(videoSender.given).toEqual([]);
    await media.encode('video', { active: true, maxBitrateBps: 80_000 });
    expect(videoSender.given).toEqual([{ track: camera, maxBitrate: 80_000 }]);
    expect(videoSender.encoding).toEqual({ active: true, maxBitrate: 80_000 });
  });

  test('[E1] a track that replaces one that is not to begin yet waits in its place', async () => {
    const { media, begins, asked, videoSender } = scene();
    await begins();
    asked[0]?.say({ active: false });
    await turns();
    const screen = newTrack('video', HD);
    await media.setTracks({ audio: null, video: screen });
    expect(videoSender.given).toEqual([]);
    await media.encode('video', { active: true });
    expect(videoSender.given).toMatchObject([{ track: screen }]);
  });

  test('[E1] a track that has begun stays on the sender while it is paused, until it is switched off', async () => {
    const { media, begins, asked, videoSender } = scene();
    const camera = await begins();
    asked[0]?.say({ active: true, maxBitrateBps: 80_000 });
    await turns();
    for (const active of [false, true, false]) {
      await media.encode('video', { active });
      expect(videoSender.encoding.active).toBe(active);
      expect(videoSender.given).toEqual([{ track: camera, maxBitrate: 80_000 }]);
    }
    await media.setTracks({ audio: null, video: null });
    expect(videoSender.track).toBeNull();
  });

  test('[E3] a line tells where a kind is sent and what it may take, as long as it is bound', async () => {
    const { media, begins, asked } = scene();
    expect(media.lineOf('video')).toBeUndefined();
    await begins();
    asked[0]?.say({ maxBitrateBps: 80_000 });
    await turns();
    expect(media.lineOf('video')).toEqual({ mid: '2', maxBitrateBps: 80_000 });
    expect(media.lineOf('audio')).toEqual({ mid: '1', maxBitrateBps: undefined });
    media.unbind();
    expect(media.lineOf('video')).toBeUndefined();
  });
});

describe('privacy while a budget is asked', () => {
  test('[B8] a kind that the subscriber turns off meanwhile is never put on a sender', async () => {
    const { media, begins, asked, videoSender } = scene();
    await begins();
    media.receive({ audio: true, video: false });
    await turns();
    asked[0]?.say({ maxBitrateBps: 80_000 });
    await pass(2_000);
    expect(videoSender.given.filter(({ track }) => track)).toEqual([]);
    expect(videoSender.encoding.active).toBe(false);
  });

  test('[B8] a camera that is switched off meanwhile is never put on a sender', async () => {
    const { media, begins, asked, videoSender } = scene();
    await begins();
    await media.setTracks({ audio: null, video: null });
    asked[0]?.say({});
    await pass(2_000);
    expect(videoSender.given.filter(({ track }) => track)).toEqual([]);
  });

  test('[B8] m-lines that were taken away meanwhile never get the track, whether a word comes or not', async () => {
    for (const says of [true, false]) {
      const { media, begins, asked, videoSender } = scene();
      await begins();
      media.unbind();
      if (says) asked[0]?.say({ maxBitrateBps: 80_000 });
      await pass(2_000);
      expect(videoSender.given).toEqual([]);
      expect(videoSender.encoding.maxBitrate).toBeUndefined();
    }
  });

  test('[B8] m-lines that serve charlie meanwhile carry nothing of what was for bob, nor how it was to be', async () => {
    const bob = scene();
    await bob.begins();
    bob.media.unbind();
    const charlie = scene({ farId: CHARLIE, lines: bob.lines, budget: false });
    const screen = await charlie.begins(newTrack('video', HD));
    bob.asked[0]?.say({ maxBitrateBps: 80_000 });
    await pass(2_000);
    expect(charlie.videoSender.given).toEqual([{ track: screen, maxBitrate: undefined }]);
    expect(charlie.videoSender.encoding).toEqual({ active: true });
  });

  test('[B8] a camera that was not to begin yet and has gone is never put on a sender, whoever is served next', async () => {
    const bob = scene();
    await bob.begins();
    bob.asked[0]?.say({ active: false });
    await turns();
    void bob.media.setTracks({ audio: null, video: null });
    bob.media.unbind();
    const charlie = scene({ farId: CHARLIE, lines: bob.lines });
    const screen = await charlie.begins();
    await charlie.media.encode('video', { active: true });
    await bob.media.encode('video', { active: true });
    expect(charlie.videoSender.given.filter(({ track }) => track)).toEqual([]);
    charlie.asked[0]?.say({});
    await turns();
    expect(charlie.videoSender.given).toMatchObject([{ track: screen }]);
  });

  test('[E1] what a budget says while a track is being put on the sender holds once it is there', async () => {
    const { media, begins, asked, videoSender } = scene();
    await begins();
    const put = videoSender.replaceTrack.bind(videoSender);
    videoSender.replaceTrack = async (track) => {
      void media.encode('video', { maxBitrateBps: 70_000 }); // the track is not there yet
      await put(track);
    };
    asked[0]?.say({ active: true, maxBitrateBps: 90_000 });
    await turns();
    expect(videoSender.encoding.maxBitrate).toBe(70_000);
  });

  test('[B8] what was bound anew begins anew: no track before a new word, or 1 s', async () => {
    const { media, begins, asked } = scene();
    const camera = await begins();
    media.unbind();
    const { pair, video } = newLines();
    media.bind(pair);
    await turns();
    expect(asked).toHaveLength(2);
    asked[0]?.say({ maxBitrateBps: 10_000 });
    await pass(500);
    expect(video.given).toEqual([]);
    asked[1]?.say({ maxBitrateBps: 90_000 });
    await turns();
    expect(video.given).toEqual([{ track: camera, maxBitrate: 90_000 }]);
  });
});

describe('what a subscriber can make use of', () => {
  test('[C12] without a budget a demand alone scales the picture, and one that is taken back no longer does', async () => {
    const { media, begins, videoSender } = scene({ budget: false });
    await begins();
    media.demand({ maxHeight: 180, maxFramerate: 10 });
    await turns();
    expect(videoSender.encoding).toEqual({ active: true, scaleResolutionDownBy: 4, maxFramerate: 10 });
    media.demand({ maxFramerate: 5 });
    await turns();
    expect(videoSender.encoding).toEqual({ active: true, maxFramerate: 5 });
    media.demand({});
    await turns();
    expect(videoSender.encoding).toEqual({ active: true });
  });

  test('[C12] a demand from before the first picture counts from it on', async () => {
    const { media, begins, videoSender } = scene({ budget: false });
    media.demand({ maxHeight: 360 });
    await begins();
    expect(videoSender.encoding).toEqual({ active: true, scaleResolutionDownBy: 2 });
  });

  test('[C12] with a budget a demand is shown to it, and changes nothing by itself', async () => {
    const { media, begins, asked, videoSender, videoState } = scene();
    await begins();
    asked[0]?.say({ maxBitrateBps: 80_000, scaleResolutionDownBy: 1.5 });
    await turns();
    media.demand({ maxHeight: 180, weight: 3 });
    await turns();
    expect(videoState()).toEqual({
      isWanted: true,
      demand: { maxHeight: 180, weight: 3 },
      source: { width: 1280, height: 720, framerate: 30 },
    });
    expect(videoSender.encoding).toMatchObject({ maxBitrate: 80_000, scaleResolutionDownBy: 1.5 });
  });

  test('[C12] a demand that asks for the same again changes no state', async () => {
    const { media, begins, states } = scene({ budget: false });
    await begins();
    states.length = 0;
    media.demand({ maxHeight: 180, weight: 2 });
    media.demand({ maxHeight: 180, weight: 2 });
    media.demand({ weight: 2, maxHeight: 180, maxFramerate: undefined });
    expect(states).toHaveLength(1);
    media.demand({ maxHeight: 180, weight: 3 });
    expect(states).toHaveLength(2);
  });

  test('[C12] a look sees that a track gives another size, and the picture is scaled from that', async () => {
    const { media, begins, states, videoState, videoSender } = scene({ budget: false });
    const settings = { ...HD };
    await begins(newTrack('video', settings));
    media.demand({ maxHeight: 180 });
    states.length = 0;
    media.look();
    expect(states).toEqual([]); // as it was
    Object.assign(settings, { width: 720, height: 1280 }); // a phone was turned
    media.look();
    await turns();
    expect(states).toHaveLength(1);
    expect(videoState()?.source).toEqual({ width: 720, height: 1280, framerate: 30 });
    expect(videoSender.encoding.scaleResolutionDownBy).toBeCloseTo(1280 / 180);
    Object.assign(settings, { frameRate: 5 });
    media.look();
    expect(states).toHaveLength(2);
  });

  test('[C12] whether a kind is wanted is what is attached and what the subscriber receives', async () => {
    const { media, begins, videoState } = scene({ budget: false });
    expect(videoState()).toEqual({ isWanted: false, demand: {}, source: undefined });
    await begins();
    expect(videoState()?.isWanted).toBe(true);
    media.receive({ audio: true, video: false });
    expect(videoState()).toMatchObject({ isWanted: false, source: { height: 720 } });
    media.receive({ audio: true, video: true });
    expect(videoState()?.isWanted).toBe(true);
    await media.setTracks({ audio: null, video: null });
    expect(videoState()).toEqual({ isWanted: false, demand: {}, source: undefined });
    const [audio] = media.handles;
    await media.setTracks({ audio: newTrack('audio'), video: null });
    expect(audio?.state.get()).toEqual({ isWanted: true, demand: {}, source: undefined });
  });

  test('[C12] the handles of a subscription stay the same over all its links', async () => {
    const { media, begins } = scene({ budget: false });
    const before = media.handles;
    await begins();
    media.unbind();
    media.bind(newLines().pair);
    expect(media.handles).toHaveLength(2);
    expect(media.handles.every((handle, at) => handle === before[at])).toBe(true);
    expect(before).toMatchObject([
      { farId: BOB, stream: 'camera', kind: 'audio' },
      { farId: BOB, stream: 'camera', kind: 'video' },
    ]);
  });

  test('[C12] a track that does not say what it gives is taken for a usual camera', () => {
    expect(sourceOf({})).toEqual({ width: 640, height: 480, framerate: 30 });
    expect(sourceOf({ height: 1080 })).toEqual({ width: 640, height: 1080, framerate: 30 });
    expect(unaided({ maxHeight: 240 })).toEqual({ scaleResolutionDownBy: 2, maxFramerate: undefined });
  });

  test('[C12] a picture is never scaled up, nor below a sixteenth, and else never larger than asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4_320 }),
        fc.double({ min: 0.01, max: 4_320, noNaN: true }),
        (height, maxHeight) => {
          const { scaleResolutionDownBy: scale = NaN } = unaided(
            { maxHeight },
            { width: 1, height, framerate: 30 },
          );
          expect(scale).toBeGreaterThanOrEqual(1);
          expect(scale).toBeLessThanOrEqual(16);
          if (scale < 16) expect(height / scale).toBeLessThanOrEqual(maxHeight * (1 + 1e-9));
        },
      ),
      { seed: 2026 },
    );
  });
});
