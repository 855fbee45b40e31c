// One end of a link that answers first and attaches later. Every method takes and returns plain data, so that the two ends may live in one
// page, in two browsers, or in a browser and a Node process.
import { counters, gathered, openLanes } from './pair.js';

const now = () => performance.timeOrigin + performance.now();

export class End {
  constructor(env) {
    this.env = env;
    this.pc = new env.RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    this.negotiationNeeded = 0;
    this.pc.onnegotiationneeded = () => (this.negotiationNeeded += 1);
    this.lanes = openLanes(this.pc);
  }

  #slots(direction) {
    return {
      audio: this.pc.addTransceiver('audio', { direction }),
      video: this.pc.addTransceiver('video', { direction }),
    };
  }

  #byMid(mids) {
    const find = (mid) => this.pc.getTransceivers().find((t) => t.mid === mid);
    return { audio: find(mids.audio), video: find(mids.video) };
  }

  /** The anchor carries the bundle: it is the first m-line, is never used, and is never stopped. */
  async offer() {
    this.anchor = this.pc.addTransceiver('audio', { direction: 'inactive' });
    this.receive = this.#slots('recvonly');
    this.send = this.#slots('sendonly');
    this.tracksBefore = [this.receive.audio.receiver.track, this.receive.video.receiver.track];
    await this.pc.setLocalDescription(await this.pc.createOffer());
    const mids = ({ audio, video }) => ({ audio: audio.mid, video: video.mid });
    return { description: await gathered(this.pc), wanted: mids(this.receive), offered: mids(this.send) };
  }

  async answer({ description, wanted, offered }) {
    await this.pc.setRemoteDescription(description);
    this.send = this.#byMid(wanted);
    this.receive = this.#byMid(offered);
    for (const t of Object.values(this.send)) t.direction = 'sendonly';
    for (const t of Object.values(this.receive)) t.direction = 'recvonly';
    await this.pc.setLocalDescription(await this.pc.createAnswer());
    return gathered(this.pc);
  }

  async accept(description) {
    await this.pc.setRemoteDescription(description);
  }

  state() {
    const directions = (s) => [s.audio.currentDirection, s.video.currentDirection].join('+');
    return {
      connection: this.pc.connectionState,
      signaling: this.pc.signalingState,
      lanes: this.lanes.map((lane) => lane.readyState).join(' '),
      send: directions(this.send),
      receive: directions(this.receive),
      senderTracks: [this.send.audio.sender.track, this.send.video.sender.track].filter(Boolean).length,
      sameReceiverTracks: this.tracksBefore?.every((t) => t === this.receive[t.kind].receiver.track),
      negotiationNeeded: this.negotiationNeeded,
      sdpRevision: this.pc.localDescription.sdp.split('\n')[1], // the o= line
    };
  }

  async attach() {
    const at = now();
    for (const kind of ['audio', 'video']) {
      if (this.detached) await this.#activate(this.send[kind].sender, true);
      await this.send[kind].sender.replaceTrack(this.tracks[kind]);
    }
    return at;
  }

  /** `replaceTrack(null)` as it is. */
  async detach() {
    for (const { sender } of Object.values(this.send)) await sender.replaceTrack(null);
  }

  /** `replaceTrack(null)` with the encoding switched off: Firefox goes on with a black frame each second otherwise. */
  async detachQuietly() {
    this.detached = true;
    for (const { sender } of Object.values(this.send)) {
      await this.#activate(sender, false);
      await sender.replaceTrack(null);
    }
  }

  /** Where `setParameters` does not work (@roamhq/wrtc), a missing track alone is silent. */
  async #activate(sender, active) {
    const parameters = sender.getParameters();
    parameters.encodings[0].active = active;
    await sender.setParameters(parameters).catch(() => undefined);
  }

  /** Prepares the source, so that only `replaceTrack` is timed. */
  async prepare() {
    this.tracks ??= await this.env.tracks();
  }

  /** Arms the wait for a frame; `frameAt` reads it. */
  watch() {
    this.frame = this.env.firstFrame(this.receive.video.receiver.track).then(now);
  }

  frameAt() {
    return Promise.race([this.frame, new Promise((done) => setTimeout(done, 8000))]);
  }

  counters() {
    return counters(this.pc);
  }

  close() {
    this.pc.close();
    for (const track of Object.values(this.tracks ?? {})) track.stop();
  }
}
