// @ts-check
/**
 * A drop-tail bottleneck and the senders before it, event by event: what becomes of audio and video when somebody sends
 * this much into that uplink. It knows nothing of how a plan was made, and shares no code or figure with the planner:
 * sizes of packets are those of RTP, SRTP, UDP and IP.
 *
 * @typedef {{ packetMs: number, bitrateBps: number }} AudioFlow
 * @typedef {{ bitrateBps: number, framerate: number }} VideoFlow
 * @typedef {object} Uplink
 * @property {number} capacityBps
 * @property {number} queueMs what the queue holds when it is full
 * @property {number} rttMs without any queue
 * @property {readonly AudioFlow[]} audio
 * @property {readonly VideoFlow[]} videos
 * @property {number} channels data channels, each with its heartbeats and now and then a message
 * @property {number} seconds
 * @property {() => number} random of 0 to 1
 * @typedef {{ audioLossRatio: readonly number[], videoBps: readonly number[] }} Outcome
 */

/** IP and UDP, RTP with its extensions, SRTP's tag. */
const HEADER_BYTES = 28 + 12 + 15 + 10;
const PAYLOAD_BYTES = 1_130;
/** libwebrtc sends a frame at this many times its target. */
const PACING_FACTOR = 2.5;
/** libwebrtc sends no less video. */
const FLOOR_BPS = 30_000;
const KEY_FRAME_FACTOR = 5;
/** How often a sender hears of its packets, and decides. */
const FEEDBACK_MS = 100;
/** Until senders have found their rates nothing counts. */
const SETTLE_PART = 1 / 3;

/**
 * @param {Uplink} uplink
 * @returns {Outcome}
 */
export function simulateUplink(uplink) {
  const { capacityBps, seconds, random } = uplink;
  const agenda = new Agenda();
  const link = new Bottleneck(capacityBps, uplink.queueMs);
  const fromMs = seconds * 1_000 * SETTLE_PART;
  const audio = uplink.audio.map((flow) => startAudio(flow, agenda, link, fromMs, random));
  const videos = uplink.videos.map((flow) => new VideoSender(flow, agenda, link, uplink, fromMs));
  for (let channel = 0; channel < uplink.channels; channel++) startChannel(agenda, link, random);
  agenda.run(seconds * 1_000);
  const heardMs = seconds * 1_000 - fromMs;
  return {
    audioLossRatio: audio.map(({ sent, lost }) => (sent === 0 ? 0 : lost / sent)),
    videoBps: videos.map(({ deliveredBytes }) => (deliveredBytes * 8_000) / heardMs),
  };
}

/** A binary heap of what happens when. */
class Agenda {
  /** @type {{ atMs: number, act: (atMs: number) => void }[]} */
  #heap = [];

  /**
   * @param {number} atMs
   * @param {(atMs: number) => void} act
   */
  at(atMs, act) {
    const heap = this.#heap;
    let index = heap.push({ atMs, act }) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#time(parent) <= this.#time(index)) break;
      this.#swap(parent, index);
      index = parent;
    }
  }

  /** @param {number} untilMs */
  run(untilMs) {
    for (let next = this.#take(); next && next.atMs <= untilMs; next = this.#take()) next.act(next.atMs);
  }

  #take() {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    heap[0] = last;
    for (let index = 0; ;) {
      const left = 2 * index + 1;
      const child = this.#time(left + 1) < this.#time(left) ? left + 1 : left;
      if (this.#time(child) >= this.#time(index)) return first;
      this.#swap(child, index);
      index = child;
    }
  }

  /** @param {number} index */
  #time(index) {
    return this.#heap[index]?.atMs ?? Infinity;
  }

  /**
   * @param {number} a
   * @param {number} b
   */
  #swap(a, b) {
    const [one, other] = [this.#heap[a], this.#heap[b]];
    if (one && other) [this.#heap[a], this.#heap[b]] = [other, one];
  }
}

/** First in, first out; what finds no room is lost. */
class Bottleneck {
  #bytes = 0;
  #atMs = 0;
  #bytesPerMs;
  #roomBytes;

  /**
   * @param {number} capacityBps
   * @param {number} queueMs
   */
  constructor(capacityBps, queueMs) {
    this.#bytesPerMs = capacityBps / 8_000;
    this.#roomBytes = Math.max(3_000, queueMs * this.#bytesPerMs); // no modem holds less than two packets
  }

  /**
   * When the last byte leaves; `undefined` where the packet is lost.
   * @param {number} atMs
   * @param {number} bytes
   */
  send(atMs, bytes) {
    this.#bytes = Math.max(0, this.#bytes - (atMs - this.#atMs) * this.#bytesPerMs);
    this.#atMs = atMs;
    if (this.#bytes + bytes > this.#roomBytes) return undefined;
    this.#bytes += bytes;
    return atMs + this.#bytes / this.#bytesPerMs;
  }
}

/**
 * @param {AudioFlow} flow
 * @param {Agenda} agenda
 * @param {Bottleneck} link
 * @param {number} fromMs
 * @param {() => number} random
 */
function startAudio({ packetMs, bitrateBps }, agenda, link, fromMs, random) {
  const count = { sent: 0, lost: 0 };
  const bytes = (bitrateBps * packetMs) / 8_000 + HEADER_BYTES;
  const send = (/** @type {number} */ atMs) => {
    const isLost = link.send(atMs, bytes) === undefined;
    if (atMs >= fromMs) {
      count.sent++;
      count.lost += Number(isLost);
    }
    agenda.at(atMs + packetMs, send);
  };
  agenda.at(random() * packetMs, send);
  return count;
}

/**
 * Heartbeats and reports, a message now and then, and seldom a longer one.
 * @param {Agenda} agenda
 * @param {Bottleneck} link
 * @param {() => number} random
 */
function startChannel(agenda, link, random) {
  const heartbeat = (/** @type {number} */ atMs) => {
    link.send(atMs, 120);
    agenda.at(atMs + 200, heartbeat);
  };
  const message = (/** @type {number} */ atMs) => {
    for (let left = random() < 0.1 ? 4 : 1; left > 0; left--) link.send(atMs, left > 1 ? 1_160 : 220);
    agenda.at(atMs - 4_000 * Math.log(1 - random()), message);
  };
  agenda.at(random() * 200, heartbeat);
  agenda.at(random() * 4_000, message);
}

/**
 * Video whose rate follows its own delay, as Google Congestion Control does (draft-ietf-rmcat-gcc-02): down to 0.85 of what
 * arrived when the queue grows, or by half of the loss where that is above a tenth; up by 8 % a second, and no further than
 * one and a half of what arrived.
 */
class VideoSender {
  deliveredBytes = 0;
  /** @type {VideoFlow} */
  #flow;
  #agenda;
  #link;
  #random;
  #fromMs;
  #targetBps;
  #debtBytes = 0;
  #nextKeyMs = 0;
  #pacedMs = 0;
  /** @type {{ delayMs: number, bytes: number }[]} */
  #heard = [];
  #sent = 0;
  #lost = 0;
  /** @type {number | undefined} */
  #formerDelayMs;
  #leastDelayMs = Infinity;

  /**
   * @param {VideoFlow} flow
   * @param {Agenda} agenda
   * @param {Bottleneck} link
   * @param {Uplink} uplink
   * @param {number} fromMs
   */
  constructor(flow, agenda, link, { random, rttMs }, fromMs) {
    this.#flow = flow;
    this.#agenda = agenda;
    this.#link = link;
    this.#random = random;
    this.#fromMs = fromMs;
    this.#targetBps = Math.min(flow.bitrateBps, 300_000); // where libwebrtc starts
    const frameMs = 1_000 / flow.framerate;
    const frame = (/** @type {number} */ atMs) => {
      this.#sendFrame(atMs);
      agenda.at(atMs + frameMs, frame);
    };
    const feedback = (/** @type {number} */ atMs) => {
      this.#decide();
      agenda.at(atMs + FEEDBACK_MS, feedback);
    };
    agenda.at(random() * frameMs, frame);
    agenda.at(rttMs + random() * FEEDBACK_MS, feedback);
  }

  /** @param {number} atMs */
  #sendFrame(atMs) {
    const meanBytes = this.#targetBps / this.#flow.framerate / 8;
    let bytes = meanBytes * (0.6 + 0.8 * this.#random());
    if (atMs >= this.#nextKeyMs) {
      bytes = meanBytes * KEY_FRAME_FACTOR;
      this.#nextKeyMs = atMs + 8_000 + 12_000 * this.#random();
    } else {
      const paidBytes = Math.max(-0.4 * meanBytes, Math.min(this.#debtBytes, 0.4 * meanBytes)); // the encoder's rate control
      bytes = Math.max(0.1 * meanBytes, bytes - paidBytes);
    }
    this.#debtBytes += bytes - meanBytes;
    const bytesPerMs = (this.#targetBps * PACING_FACTOR) / 8_000;
    for (let left = bytes; left > 0; left -= PAYLOAD_BYTES) {
      const payload = Math.min(left, PAYLOAD_BYTES);
      this.#pacedMs = Math.max(this.#pacedMs, atMs);
      this.#agenda.at(this.#pacedMs, (sentMs) => this.#sendPacket(sentMs, payload));
      this.#pacedMs += payload / bytesPerMs;
    }
  }

  /**
   * @param {number} atMs
   * @param {number} payload
   */
  #sendPacket(atMs, payload) {
    const leftMs = this.#link.send(atMs, payload + HEADER_BYTES);
    this.#sent++;
    if (leftMs === undefined) {
      this.#lost++;
      return;
    }
    this.#heard.push({ delayMs: leftMs - atMs, bytes: payload });
    if (atMs >= this.#fromMs) this.deliveredBytes += payload;
  }

  #decide() {
    if (this.#sent === 0) return;
    const delayMs = this.#heard.reduce((sum, one) => sum + one.delayMs, 0) / Math.max(1, this.#heard.length);
    const arrivedBps = (this.#heard.reduce((sum, { bytes }) => sum + bytes, 0) * 8_000) / FEEDBACK_MS;
    const lossRatio = this.#lost / this.#sent;
    this.#leastDelayMs = Math.min(this.#leastDelayMs, delayMs);
    const growsMs = delayMs - (this.#formerDelayMs ?? delayMs);
    const isFull = growsMs > 5 && delayMs - this.#leastDelayMs > 25;
    let bps = this.#targetBps;
    if (lossRatio > 0.1) bps *= 1 - 0.5 * lossRatio;
    else if (isFull) bps = Math.min(bps, Math.max(0.85 * arrivedBps, 0.85 * bps));
    else if (growsMs <= 5 && lossRatio < 0.02) bps *= 1 + 0.08 * (FEEDBACK_MS / 1_000);
    this.#targetBps = Math.max(FLOOR_BPS, Math.min(bps, this.#flow.bitrateBps));
    this.#formerDelayMs = delayMs;
    [this.#heard, this.#sent, this.#lost] = [[], 0, 0];
  }
}
