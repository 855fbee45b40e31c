import { decodeControlFrame, encodeControlFrame } from '@conclave/protocol';
import type { Candidate, ControlFrame, ErrorCode, Lane, PeerId, PeerMessage, PlayRequest } from '@conclave/protocol';

import { codeOf } from '../errors.js';
import { LINK_TIMEOUT_MS } from '../logic/link-choice.js';
import { isProven, nextLinkState, type LinkEvent, type LinkState } from '../logic/link-state.js';
import { cell } from '../state/cell.js';
import { readLinkStats } from '../stats/link-stats.js';
import { batchCandidates } from './candidate-batch.js';
import { openChannels, type Channels } from './channels.js';
import { nowMs, startHeartbeat, type Heartbeat } from './heartbeat.js';
import { FIRST_REVISION, Introduction, type EnvelopeOf } from './introduction.js';
import type { LinkDoors, LinkListener, LinkPort } from './link-port.js';
import type { Link } from './link.js';
import type { TransceiverPair, Want } from './media-lines.js';
import { Negotiator } from './negotiator.js';
import { operationQueue } from './operation-queue.js';
import { ProofGate } from './proof-gate.js';
import type { Nonces } from './proof.js';
import { Transport } from './transport.js';

/** A moment for the good-bye to leave: closing at once would drop it. */
const GOODBYE_MS = 50;

/** A link from its first description to its end: wires transport, proof, negotiation and freshness together. */
export class PeerLink implements LinkPort {
  readonly farId: PeerId;
  readonly introduction: Introduction;
  readonly channels: Channels;
  readonly #doors: LinkDoors;
  readonly #listener: LinkListener;
  readonly #pc: RTCPeerConnection;
  readonly #transport: Transport;
  readonly #operations = operationQueue();
  readonly #gate: ProofGate;
  readonly #negotiator: Negotiator;
  readonly #state = cell<LinkState>({ phase: 'connecting' });
  readonly #timer: ReturnType<typeof setTimeout>;
  #heartbeat: Heartbeat | undefined;
  #link: Link | undefined;

  constructor(farId: PeerId, doors: LinkDoors, listener: LinkListener) {
    this.farId = farId;
    this.#doors = doors;
    this.#listener = listener;
    this.#pc = doors.openPeerConnection();
    this.#transport = new Transport(this.#pc);
    this.introduction = new Introduction(doors.signer, farId);
    this.#gate = new ProofGate({
      context: () => this.introduction.context(this.#transport),
      proved: (nonces) => this.#proved(nonces),
      pass: (lane, bytes) => this.#pass(lane, bytes),
      failed: (error) => this.#fail(error),
    });
    this.channels = openChannels(this.#pc, {
      opened: () => this.#opened(),
      received: (lane, bytes) => this.#gate.receive(lane, bytes),
      drained: (lane) => this.#link && listener.drained(this, lane),
      closed: () => this.close('peer/closed'),
    });
    this.#negotiator = new Negotiator({
      polite: doors.signer.peerId < farId,
      queue: this.#operations,
      transport: this.#transport,
      wants: () => doors.wants(farId),
      send: (frame) => this.send(frame),
      farPlays: (plays) => listener.farPlays(this, plays),
      failed: (error) => this.#fail(error),
    });
    batchCandidates(this.#pc, (candidates) => this.#tell(candidates));
    this.#pc.onconnectionstatechange = () => this.#pc.connectionState === 'failed' && this.#pathFailed();
    this.#timer = setTimeout(() => this.close('link/failed'), LINK_TIMEOUT_MS);
  }

  get state(): LinkState {
    return this.#state.get();
  }

  /** The link as the application sees it, once it is proven. */
  get link(): Link | undefined {
    return this.#link;
  }

  /** Offers a link to the far end. */
  offer(): Promise<void> {
    return this.#introduce(() => this.introduction.offer(this.#transport, this.#doors.wants(this.farId)));
  }

  /** Answers an offer of the far end. */
  answer(envelope: EnvelopeOf<'offer'>): Promise<void> {
    return this.#introduce(() => this.introduction.answer(this.#transport, this.#doors.wants(this.farId), envelope));
  }

  /** Takes the far end's answer to our offer. */
  accept(envelope: EnvelopeOf<'answer'>): Promise<void> {
    return this.#introduce(() => this.introduction.accept(this.#transport, envelope));
  }

  /** Takes candidates of the far end. */
  addCandidates(candidates: readonly Candidate[]): void {
    void this.#operations.run(() => this.#transport.addCandidates(candidates));
  }

  /** Tells the far end of a want: at once where its m-lines are ready, else by an offer. */
  refresh(want: Want): void {
    void this.#operations.run(() => {
      if (!isProven(this.state)) return; // the first descriptions carry it, or the proof brings us here again
      const wants = this.#doors.wants(this.farId);
      if (this.#transport.lines.sync(wants)) this.#negotiator.want();
      const play = this.#transport.lines.plays(wants).find(({ request }) => request === want.request);
      if (play && (!want.media || this.#transport.lines.isReady(want.request))) this.send({ t: 'play', play });
    });
  }

  /** The transceivers on which this end sends what the far end plays. */
  sendersFor(play: PlayRequest): TransceiverPair | undefined {
    return this.#transport.lines.sendersFor(play);
  }

  /** The transceivers on which this end receives what it plays. */
  receiversFor(request: number): TransceiverPair | undefined {
    return this.#transport.lines.receiversFor(request);
  }

  /** The browser's statistics of the whole transport. */
  report(): Promise<RTCStatsReport> {
    return this.#pc.getStats();
  }

  /** Sends a control frame; an unproven far end is told nothing. */
  send(frame: ControlFrame): void {
    if (this.#link) this.channels.send('control', encodeControlFrame(frame));
  }

  /** Ends the link and tells the far end why. Closed is final. */
  close(code: ErrorCode): void {
    if (this.state.phase === 'closed') return;
    this.send({ t: 'bye', code });
    this.#step({ type: 'closed', code });
  }

  async #introduce(step: () => Promise<PeerMessage | void>): Promise<void> {
    try {
      const message = await this.#operations.run(step);
      if (message && this.state.phase !== 'closed') await this.#doors.signal(message, this.introduction.link);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #tell(candidates: Candidate[]): Promise<void> {
    const { session } = this.introduction;
    const revision = FIRST_REVISION;
    if (this.#link) this.send({ t: 'candidates', revision, candidates });
    else if (session && this.state.phase !== 'closed') {
      const message = { kind: 'candidates', session, revision, candidates } as const;
      await this.#doors.signal(message, this.introduction.link).catch(() => undefined);
    }
  }

  #opened(): void {
    this.#step({ type: 'channel-open' });
    this.#gate.open(this.channels);
  }

  #proved(nonces: Nonces): void {
    if (this.state.phase === 'closed') return;
    clearTimeout(this.#timer);
    const stats = async () => readLinkStats(await this.report());
    const { farId } = this;
    this.#link = { farId, state: this.#state.readable, nearNonce: nonces.near, farNonce: nonces.far, stats };
    this.#heartbeat = startHeartbeat(
      () => this.send({ t: 'beat' }),
      (fresh, atMs) => this.#step({ type: 'path', fresh, atMs }),
    );
    this.#step({ type: 'proved', atMs: nowMs() });
    this.#listener.farPlays(this, this.introduction.farPlays);
  }

  #pass(lane: Lane, bytes: Uint8Array): void {
    if (this.state.phase === 'closed') return;
    this.#heartbeat?.heard();
    if (lane !== 'control') return this.#listener.data(this, lane, bytes);
    const frame = decodeControlFrame(bytes);
    if (!frame.ok || frame.value.t === 'proof') return this.close('link/bad-frame');
    this.#control(frame.value);
  }

  #control(frame: ControlFrame): void {
    if (frame.t === 'describe') this.#negotiator.receive(frame);
    else if (frame.t === 'candidates') this.addCandidates(frame.candidates);
    else if (frame.t === 'bye') this.close(frame.code === 'link/replaced' ? frame.code : 'peer/closed');
    else if (frame.t !== 'beat') this.#listener.control(this, frame);
  }

  #pathFailed(): void {
    this.close(this.#link ? 'peer/lost' : 'link/failed');
  }

  #fail(error: unknown): void {
    this.close(codeOf(error, 'link/bad-description'));
  }

  #step(event: LinkEvent): void {
    const before = this.state;
    const state = nextLinkState(before, event);
    if (state === before) return;
    if (state.phase === 'closed') this.#release();
    this.#state.set(state);
    this.#listener.changed(this, state);
  }

  #release(): void {
    clearTimeout(this.#timer);
    this.#gate.stop();
    this.#heartbeat?.stop();
    setTimeout(() => this.#pc.close(), this.#link ? GOODBYE_MS : 0);
  }
}
