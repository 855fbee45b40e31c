import { decodeControlFrame, encodeControlFrame } from '@conclave/protocol';
import type { Candidate, ControlFrame, ErrorCode, Lane, PeerId } from '@conclave/protocol';

import { codeOf } from '../errors.js';
import { isProven, type LinkState } from '../logic/link-state.js';
import { openChannels, type Channels } from './channels.js';
import { Farewell } from './farewell.js';
import { Handshake } from './handshake.js';
import { watchIce } from './ice-watch.js';
import { FIRST_REVISION } from './introduction.js';
import { LinkLife } from './link-life.js';
import type { LinkDoors, LinkListener, LinkPort } from './link-port.js';
import { faceOfLink, type Link } from './link.js';
import type { MediaLines, Want } from './media-lines.js';
import { Negotiator } from './negotiator.js';
import { operationQueue } from './operation-queue.js';
import { ProofGate } from './proof-gate.js';
import type { Proven } from './proof.js';
import { Transport } from './transport.js';

/** Descriptions and candidates that wait for their turn; an honest far end is never more than a few ahead. */
const MAX_OPERATIONS = 64;

/** A link from its first description to its end: wires transport, proof, negotiation and freshness together. */
export class PeerLink implements LinkPort {
  readonly farId: PeerId;
  readonly handshake: Handshake;
  readonly channels: Channels;
  readonly lines: MediaLines;
  /** Of our secret rooms those that the far end has proven to be in. */
  rooms: ReadonlySet<string> = new Set();
  /** Of our secret rooms those for which the far end was asked. */
  asked: ReadonlySet<string> = new Set();
  /** Whether the far end has said anything after its proof: then it has taken ours. */
  isAccepted = false;
  readonly #doors: LinkDoors;
  readonly #listener: LinkListener;
  readonly #pc: RTCPeerConnection;
  readonly #transport: Transport;
  readonly #operations = operationQueue(MAX_OPERATIONS);
  readonly #gate: ProofGate;
  readonly #negotiator: Negotiator;
  readonly #life: LinkLife;
  readonly #farewell: Farewell;
  readonly #fail = (error: unknown) => this.close(codeOf(error, 'link/bad-description'));
  #link: Link | undefined;

  constructor(farId: PeerId, doors: LinkDoors, listener: LinkListener) {
    this.farId = farId;
    this.#doors = doors;
    this.#listener = listener;
    this.#pc = doors.openPeerConnection();
    this.#farewell = new Farewell(this.#pc, (code) => this.#life.end(code));
    this.#transport = new Transport(this.#pc, doors.isGoverned);
    this.lines = this.#transport.lines;
    this.#life = new LinkLife({
      changed: (state) => listener.changed(this, state),
      isUsed: () => doors.isUsed(this),
      idle: () => this.close('peer/closed'),
      ended: () => {
        this.#gate.stop();
        this.#farewell.begin();
      },
    });
    const [failed, transport, operations] = [this.#fail, this.#transport, this.#operations];
    const wiring = { ...doors, farId, transport, operations, failed };
    this.handshake = new Handshake({
      ...wiring,
      isOver: () => this.state.phase === 'closed',
      isProven: () => isProven(this.state),
    });
    this.#gate = new ProofGate({
      context: () => this.handshake.context(),
      proved: (proven) => this.#proved(proven),
      pass: (lane, bytes) => this.#pass(lane, bytes),
      failed,
    });
    this.channels = openChannels(this.#pc, {
      opened: () => {
        this.#life.opened();
        this.#gate.open(this.channels);
      },
      received: (lane, bytes) => this.#gate.receive(lane, bytes),
      drained: (lane) => isProven(this.state) && listener.drained(this, lane),
      closed: () => void this.#gate.checked.then(() => this.#farewell.farLeft('peer/closed')),
      isOver: () => this.state.phase === 'closed',
    });
    this.#negotiator = new Negotiator({
      ...wiring,
      send: (frame) => this.send(frame),
      farPlays: (plays) => listener.farPlays(this, plays),
    });
    watchIce(this.#pc, {
      found: (candidates) => this.#tell(candidates),
      failed: () => this.close(this.#link ? 'peer/lost' : 'link/failed'),
    });
  }

  get state(): LinkState {
    return this.#life.state.get();
  }

  /** The link as the application sees it, once it is proven. */
  get link(): Link | undefined {
    return this.#link;
  }

  /** Tells the far end of a want: at once where its m-lines are ready, else by an offer. */
  refresh(want: Want): void {
    this.#run(() => {
      if (!isProven(this.state)) return; // the first descriptions carry it, or the proof brings us here again
      const wants = this.#doors.wants(this.farId);
      if (this.lines.sync(wants)) this.#negotiator.want();
      const play = this.lines.plays(wants).find(({ request }) => request === want.request);
      if (play && (!want.media || this.lines.isReady(want.request))) this.send({ t: 'play', play });
    });
  }

  /** The browser's statistics of the whole transport. */
  report(): Promise<RTCStatsReport> {
    return this.#pc.getStats();
  }

  /** Sends a control frame; an unproven far end is told nothing. */
  send(frame: ControlFrame): void {
    if (this.#link && this.state.phase !== 'closed') this.channels.send('control', encodeControlFrame(frame));
  }

  /** Ends the link and tells the far end why. Closed is final. */
  close(code: ErrorCode): void {
    if (this.#link && this.state.phase !== 'closed') this.#farewell.say(code, this.channels);
    this.#life.end(code);
  }

  #tell(candidates: Candidate[]): void {
    if (this.#link) this.send({ t: 'candidates', revision: FIRST_REVISION, candidates });
    else this.handshake.tell(candidates);
  }

  #proved(proven: Proven): void {
    if (this.state.phase === 'closed') return;
    const refusal = this.#doors.refusal({ farId: this.farId, ...proven });
    // It may be speaking already; why it is refused is not told.
    if (refusal) this.#farewell.say('peer/closed', this.channels);
    if (refusal) return this.close(refusal);
    [this.rooms, this.asked] = [proven.rooms, proven.asked];
    this.#link = faceOfLink(this.farId, proven, this.#life.state, this.#doors.verified, () => this.report());
    const beat = () => this.send({ t: 'beat' });
    this.#life.proved(beat);
    beat(); // at once: it tells the far end that it is accepted too
  }

  #pass(lane: Lane, bytes: Uint8Array): void {
    const frame = lane === 'control' ? decodeControlFrame(bytes) : undefined;
    // Also where it is the first frame: who says good-bye has not taken our proof.
    if (frame?.ok && frame.value.t === 'bye') return this.#farewell.farLeft(frame.value.code);
    if (this.state.phase === 'closed') return;
    this.#life.heard();
    if (!this.isAccepted) {
      this.isAccepted = true;
      this.#listener.changed(this, this.state);
    }
    if (lane !== 'control') return this.#listener.data(this, lane, bytes);
    if (frame?.ok && frame.value.t !== 'proof') this.#control(frame.value);
    else this.close('link/bad-frame');
  }

  #control(frame: ControlFrame): void {
    if (frame.t === 'describe') this.#negotiator.receive(frame);
    else if (frame.t === 'candidates') this.#run(() => this.#transport.addCandidates(frame.candidates));
    else if (frame.t !== 'beat') this.#listener.control(this, frame);
  }

  #run(operation: () => Promise<void> | void): void {
    this.#operations.run(operation).catch(this.#fail);
  }
}
