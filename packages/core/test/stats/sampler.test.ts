import { readLinkStats } from '../../src/stats/link-stats.js';
import { receivedOn, sentOn } from '../../src/stats/media-stats.js';
import { LinkSampler, type SampledSender } from '../../src/stats/sampler.js';
import { BOB } from '../support/stream-ends.js';

type Entry = Readonly<Record<string, unknown>>;

/** A browser's report of these entries. */
const reportOf = (...entries: readonly Entry[]) =>
  new Map(entries.map((entry, at) => [entry['id'] ?? at, entry])) as unknown as RTCStatsReport;

const pairOf = (more: Entry) => ({ id: 'pair', type: 'candidate-pair', nominated: true, ...more });
const sentBy = (mid: string, more: Entry) => ({ id: `out${mid}`, type: 'outbound-rtp', mid, ...more });
const farSays = (mid: string, more: Entry) => ({
  id: `far${mid}`,
  type: 'remote-inbound-rtp',
  localId: `out${mid}`,
  ...more,
});

const VIDEO: SampledSender = { stream: 'camera', kind: 'video', mid: '2', maxBitrateBps: 400_000 };
const AUDIO: SampledSender = { stream: 'camera', kind: 'audio', mid: '1', maxBitrateBps: 32_000 };

/** Samples of video over a second each, of which these figures are told beside what is counted. */
function videoSamples(sender = VIDEO) {
  const sampler = new LinkSampler(BOB);
  let [atMs, bytes, frames] = [0, 0, 0];
  return (bitrateBps: number, told: Entry = {}, { lossRatio = 0, pictures = 20, afterMs = 1_000 } = {}) => {
    atMs += afterMs;
    bytes += (bitrateBps * afterMs) / 8_000;
    frames += pictures;
    const sent = sentBy('2', { bytesSent: bytes, framesEncoded: frames, ...told });
    const [sample] = sampler.take(
      reportOf(sent, farSays('2', { fractionLost: lossRatio })),
      [sender],
      atMs,
    ).senders;
    return sample?.isShort;
  };
}

describe('rates', () => {
  const counted = (seconds: number) =>
    reportOf(
      pairOf({
        bytesSent: 100_000 * seconds,
        packetsSent: 200 * seconds,
        currentRoundTripTime: 0.04,
        availableOutgoingBitrate: 900_000,
      }),
      sentBy('1', {
        bytesSent: 4_000 * seconds,
        headerBytesSent: 1_400 * seconds,
        packetsSent: 50 * seconds,
      }),
      farSays('1', { fractionLost: 0.01 }),
      sentBy('2', {
        bytesSent: 40_000 * seconds,
        headerBytesSent: 1_200 * seconds,
        packetsSent: 50 * seconds,
        framesEncoded: 20 * seconds,
        totalEncodeTime: 0.1 * seconds,
        frameHeight: 360,
        framesPerSecond: 20,
        targetBitrate: 390_000,
        qualityLimitationReason: 'none',
      }),
      farSays('2', { fractionLost: 0.03 }),
    );

  test('[C14] the first sample of a link tells no rates, and what else is known', () => {
    const sample = new LinkSampler(BOB).take(counted(60), [AUDIO, VIDEO], 5_000);
    expect(sample).toMatchObject({ farId: BOB, sentBps: 0, ceilingBps: 900_000, rttMs: 40, lossRatio: 0.03 });
    expect(sample.senders).toMatchObject([
      { kind: 'audio', bitrateBps: 0, encodeMs: undefined, isShort: false },
      { kind: 'video', bitrateBps: 0, encodeMs: undefined, isShort: false, height: 360, framesPerSecond: 20 },
    ]);
  });

  test('[C14] rates are over the time since the sample before, with all headers of each packet', () => {
    const sampler = new LinkSampler(BOB);
    sampler.take(counted(10), [AUDIO, VIDEO], 1_000);
    const sample = sampler.take(counted(14), [AUDIO, VIDEO], 3_000); // 4 s of counting in 2 s: twice as much
    expect(sample.sentBps).toBeCloseTo(2 * 8 * (100_000 + 200 * 28));
    // Payload, RTP headers as counted, and for each packet the tag of SRTP, UDP and IP.
    expect(sample.senders.map(({ bitrateBps }) => bitrateBps)).toEqual([
      2 * 8 * (4_000 + 1_400 + 50 * 44),
      2 * 8 * (40_000 + 1_200 + 50 * 44),
    ]);
    expect(sample.senders[1]).toMatchObject({
      stream: 'camera',
      targetBps: 390_000,
      maxBitrateBps: 400_000,
      limitation: 'none',
      lossRatio: 0.03,
    });
    expect(sample.senders[1]?.encodeMs).toBeCloseTo(5);
    expect(sample.senders[0]?.encodeMs).toBeUndefined();
  });

  test('[C14] a counter that goes backwards tells no rate, once', () => {
    const sampler = new LinkSampler(BOB);
    sampler.take(counted(10), [AUDIO, VIDEO], 1_000);
    const fresh = sampler.take(counted(1), [AUDIO, VIDEO], 2_000); // the line serves another sender: counted anew
    expect(fresh.sentBps).toBe(0);
    expect(fresh.senders.map(({ bitrateBps }) => bitrateBps)).toEqual([0, 0]);
    expect(fresh.senders[1]?.encodeMs).toBeUndefined();
    const next = sampler.take(counted(2), [AUDIO, VIDEO], 3_000);
    expect(next.senders.map(({ bitrateBps }) => bitrateBps)).toEqual([8 * 7_600, 8 * 43_400]);
  });

  test('[C14] a line that serves another sender tells no rate, also where that has sent more packets of less', () => {
    const sampler = new LinkSampler(BOB);
    sampler.take(counted(10), [VIDEO], 1_000);
    const other = { bytesSent: 300_000, headerBytesSent: 90_000, packetsSent: 5_000, framesEncoded: 900 };
    const [video] = sampler.take(reportOf(sentBy('2', other)), [VIDEO], 2_000).senders;
    expect(video).toMatchObject({ bitrateBps: 0, encodeMs: undefined });
  });

  test('[C14] where the path has changed the link has sent what its tracks have, and from then on what is counted', () => {
    const sampler = new LinkSampler(BOB);
    const over = (id: string, seconds: number, alone: number) =>
      reportOf(
        pairOf({ id, bytesSent: 100_000 * alone, packetsSent: 0 }),
        sentBy('1', { bytesSent: 4_000 * seconds }),
      );
    const sentBps = [
      over('wifi', 1, 1),
      over('wifi', 2, 2),
      over('mobile', 3, 50), // has carried more before
      over('mobile', 4, 51),
      over('wifi', 5, 2.2),
      over('wifi', 6, 3.2),
    ].map((report, second) => sampler.take(report, [AUDIO], 1_000 * second).sentBps);
    const rounded = sentBps.map(Math.round);
    expect(rounded).toEqual([0, 800_000, 32_000, 800_000, 32_000, 800_000]);
  });

  test('[C14] two samples of the same moment tell no rate', () => {
    const sampler = new LinkSampler(BOB);
    sampler.take(counted(1), [VIDEO], 1_000);
    const sample = sampler.take(counted(2), [VIDEO], 1_000);
    expect([sample.sentBps, sample.senders[0]?.bitrateBps]).toEqual([0, 0]);
  });

  test('[C14] a sender that is new on a link tells no rate, and one that is not in the report is left out', () => {
    const sampler = new LinkSampler(BOB);
    sampler.take(reportOf(pairOf({})), [], 1_000);
    expect(sampler.take(counted(9), [AUDIO, { ...VIDEO, mid: '7' }], 2_000).senders).toMatchObject([
      { kind: 'audio', bitrateBps: 0 },
    ]);
  });

  test('[C14] where a browser was late the sample before stands for it once', () => {
    const sampler = new LinkSampler(BOB);
    expect(sampler.missed()).toBeUndefined();
    const sample = sampler.take(counted(1), [VIDEO], 1_000);
    expect(sampler.missed()).toBe(sample);
    expect(sampler.missed()).toBeUndefined();
  });

  test('[C14] what a browser tells as NaN, as Infinity or as text is not told on', () => {
    const sampler = new LinkSampler(BOB);
    const wrong = (value: unknown) =>
      reportOf(
        pairOf({
          bytesSent: value,
          packetsSent: value,
          currentRoundTripTime: value,
          availableOutgoingBitrate: value,
        }),
        sentBy('2', {
          bytesSent: value,
          headerBytesSent: value,
          packetsSent: value,
          framesEncoded: value,
          totalEncodeTime: value,
          targetBitrate: value,
          frameHeight: value,
          framesPerSecond: value,
          qualityLimitationReason: value,
        }),
        farSays('2', { fractionLost: value, roundTripTime: value }),
      );
    sampler.take(counted(1), [VIDEO], 1_000);
    for (const [at, value] of [NaN, Infinity, 'many', null].entries())
      expect(sampler.take(wrong(value), [VIDEO], 2_000 + at * 1_000)).toEqual({
        farId: BOB,
        sentBps: 0,
        ceilingBps: undefined,
        rttMs: undefined,
        lossRatio: undefined,
        videoShort: false,
        senders: [
          {
            stream: 'camera',
            kind: 'video',
            bitrateBps: 0,
            targetBps: undefined,
            maxBitrateBps: 400_000,
            isShort: false,
            limitation: undefined,
            framesPerSecond: undefined,
            height: undefined,
            encodeMs: undefined,
            lossRatio: undefined,
          },
        ],
      });
  });
});

describe('video that is short', () => {
  test('[E3] is what an encoder is asked for far less of than it may have, and sends', () => {
    const next = videoSamples();
    next(300_000, { targetBitrate: 400_000 });
    expect(next(300_000, { targetBitrate: 330_000 })).toBe(false); // a sixth less is how Chromium is at times
    expect(next(300_000, { targetBitrate: 310_000 })).toBe(true);
    // An easy picture needs less than its encoder is asked for: nothing is missing.
    expect(next(100_000, { targetBitrate: 310_000 })).toBe(false);
  });

  test('[E3] is not what the processor holds back', () => {
    const next = videoSamples();
    next(200_000, { targetBitrate: 200_000 });
    expect(next(200_000, { targetBitrate: 200_000, qualityLimitationReason: 'cpu' })).toBe(false);
    expect(next(200_000, { targetBitrate: 200_000, qualityLimitationReason: 'bandwidth' })).toBe(true);
    expect(next(200_000, { targetBitrate: 200_000, qualityLimitationReason: 'none' })).toBe(true);
  });

  test.each([
    ['no budget has bounded it', { ...VIDEO, maxBitrateBps: undefined }, { targetBitrate: 50_000 }],
    ['no target is told', VIDEO, {}],
  ])('[E3] is what the browser says that the path limits, where %s', (_, sender, told) => {
    const next = videoSamples(sender);
    next(50_000, told);
    expect(next(50_000, { ...told, qualityLimitationReason: 'bandwidth' })).toBe(true);
    for (const qualityLimitationReason of ['none', 'cpu', 'other'])
      expect(next(50_000, { ...told, qualityLimitationReason }, { lossRatio: 0.1 })).toBe(false);
  });

  test('[E3] where a browser tells neither, is what stays under what it may have for 1 s with pictures and loss', () => {
    const next = videoSamples();
    const lossy = { lossRatio: 0.05, afterMs: 500 };
    next(200_000);
    expect(next(200_000, {}, lossy)).toBe(false);
    expect(next(200_000, {}, lossy)).toBe(false);
    expect(next(200_000, {}, lossy)).toBe(true);
    expect(next(390_000, {}, lossy)).toBe(false); // it has what it may
    expect(next(200_000, {}, lossy)).toBe(false); // and from here the second begins anew
    expect(next(200_000, {}, lossy)).toBe(false);
    expect(next(200_000, {}, lossy)).toBe(true);
  });

  test.each([
    ['a path that loses nothing', { lossRatio: 0 }],
    ['a path that loses 2 %, as good ones do', { lossRatio: 0.02 }],
    ['a track without new pictures', { lossRatio: 0.1, pictures: 0 }],
  ])('[E3] where a browser tells neither, is nothing that is sent on %s', (_, path) => {
    const next = videoSamples();
    for (let at = 0; at < 5; at++) expect(next(100_000, {}, path)).toBe(false);
  });

  test('[E3] audio never is, and one short track is enough for a link', () => {
    const sampler = new LinkSampler(BOB);
    const held = { bytesSent: 1, targetBitrate: 6_000, qualityLimitationReason: 'bandwidth' };
    const audio = { ...AUDIO, maxBitrateBps: undefined };
    expect(sampler.take(reportOf(sentBy('1', held)), [audio], 1_000)).toMatchObject({
      videoShort: false,
      senders: [{ isShort: false }],
    });
    const screen = { ...VIDEO, mid: '4', stream: 'screen', maxBitrateBps: undefined };
    const both = reportOf(sentBy('2', { targetBitrate: 400_000 }), sentBy('4', held));
    expect(sampler.take(both, [VIDEO, screen], 2_000)).toMatchObject({
      videoShort: true,
      senders: [{ isShort: false }, { isShort: true }],
    });
  });
});

describe('what a browser tells of one m-line', () => {
  test('[C14] is read from the entry of that m-line and from what the far end reports of it', () => {
    const report = reportOf(
      sentBy('1', { bytesSent: 10 }),
      farSays('1', { fractionLost: 0.5 }),
      sentBy('2', { bytesSent: 20, headerBytesSent: 4, packetsSent: 2, frameWidth: 640, frameHeight: 360 }),
      farSays('2', { fractionLost: 0.25, roundTripTime: 0.03 }),
    );
    expect(sentOn(report, '2')).toMatchObject({
      bytes: 20,
      headerBytes: 4,
      packets: 2,
      lossRatio: 0.25,
      rttMs: 30,
      width: 640,
      height: 360,
    });
    expect(sentOn(report, '3')).toBeUndefined();
    expect(receivedOn(report, '2')).toBeUndefined();
  });

  test('[C14] of what comes in, averages are over the whole time, and nothing is divided by nothing', () => {
    const got = (more: Entry) => reportOf({ type: 'inbound-rtp', mid: '1', ...more });
    expect(
      receivedOn(
        got({
          bytesReceived: 900,
          packetsReceived: 9,
          packetsLost: 1,
          jitter: 0.004,
          concealedSamples: 30,
          totalSamplesReceived: 600,
          jitterBufferDelay: 12,
          jitterBufferEmittedCount: 400,
        }),
        '1',
      ),
    ).toMatchObject({
      bytes: 900,
      packets: 9,
      packetsLost: 1,
      jitterMs: 4,
      concealedRatio: 0.05,
      jitterBufferMs: 30,
    });
    const nothingYet = {
      concealedSamples: 0,
      totalSamplesReceived: 0,
      jitterBufferDelay: 0,
      jitterBufferEmittedCount: 0,
    };
    expect(receivedOn(got(nothingYet), '1')).toMatchObject({
      bytes: 0,
      concealedRatio: undefined,
      jitterBufferMs: undefined,
    });
  });

  test('[C14] a reason that no specification knows is none', () => {
    const reason = (qualityLimitationReason: unknown) =>
      sentOn(reportOf(sentBy('2', { qualityLimitationReason })), '2')?.limitation;
    expect(['none', 'cpu', 'bandwidth', 'other'].map(reason)).toEqual(['none', 'cpu', 'bandwidth', 'other']);
    expect(['__proto__', 7, undefined].map(reason)).toEqual([undefined, undefined, undefined]);
  });

  test('[C14] of a link without a path everything is nothing', () => {
    expect(readLinkStats(reportOf())).toMatchObject({ bytesSent: 0, rttMs: undefined, relayed: false });
  });
});
