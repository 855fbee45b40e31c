import { decodeControlFrame, type PeerId } from '@conclave/protocol';

import { Lanes } from '../../src/data/lanes.js';
import { DefaultPacer } from '../../src/data/default-pacer.js';
import { FileDoor } from '../../src/files/file-door.js';
import type { LinkPort } from '../../src/link/link-port.js';
import type { RtcImplementation } from '../../src/link/rtc-door.js';
import type { Status } from '../../src/logic/status.js';
import { Publisher } from '../../src/streams/publisher.js';
import { Subscriptions } from '../../src/streams/subscriptions.js';
import { ACK_MS, pass } from './virtual-time.js';
import { virtualLink, type VirtualEnd, type VirtualLink, type VirtualLinkOptions } from './virtual-link.js';

export const ALICE = 'a'.repeat(64) as PeerId;
export const BOB = 'b'.repeat(64) as PeerId;
export const CHARLIE = 'c'.repeat(64) as PeerId;

/** Nothing of a stream without media asks more of it. */
const rtcWithoutMedia = {
  MediaStream: class {
    getTracks = () => [];
  },
} as unknown as RtcImplementation;

const silent = { deliver: () => 'dropped' as const, lossy: () => false, bulk: () => false };
const idle = { reborn: () => {}, wake: () => {}, path: () => false };

/** The publishing half of a connection without links, and what it told. */
export function publisherScene(lanes = new Lanes({ ...silent, ...idle })) {
  const pacer = new DefaultPacer();
  const statuses: Status[] = [];
  const files = new FileDoor({
    pacer: () => pacer,
    isPlaying: () => false,
    mayCross: () => true,
    isBusy: () => false,
  });
  const publisher = new Publisher(lanes, files, (status) => statuses.push(status));
  return { lanes, files, publisher, statuses };
}

/** Both halves of a connection, wired as a connection wires them, with one peer at most. */
export class StreamEnd {
  readonly nearId: PeerId;
  readonly lanes: Lanes;
  readonly publisher: Publisher;
  readonly subscriptions: Subscriptions;
  readonly files: FileDoor;
  readonly statuses: Status[];
  /** Frames that were refused. */
  refused = 0;
  #end: VirtualEnd | undefined;

  constructor(nearId: PeerId) {
    this.nearId = nearId;
    this.lanes = new Lanes({
      deliver: (port, { type, request, payload }, decide) => {
        const is =
          type === 'message'
            ? this.subscriptions.message(port, request, payload, decide)
            : this.publisher.answer(port, request, payload) && 'handled';
        return is || 'dropped';
      },
      lossy: (port, request, payload) =>
        this.subscriptions.message(port, request, payload, () => {}) !== undefined,
      bulk: () => false,
      ...idle,
      reborn: ({ farId }) => this.publisher.gone(farId, 'link/replaced'),
    });
    ({ publisher: this.publisher, files: this.files, statuses: this.statuses } = publisherScene(this.lanes));
    this.subscriptions = new Subscriptions({
      nearId,
      rtc: rtcWithoutMedia,
      lanes: this.lanes,
      files: this.files,
      linkTo: () => this.port,
      want: (_, want) => this.port?.refresh(want),
      tell: (status) => this.statuses.push(status),
    });
  }

  get port(): LinkPort | undefined {
    return this.#end?.port;
  }

  /** A link is the one from now on. */
  up(end: VirtualEnd): void {
    this.#end = end;
    this.lanes.up(end.port);
    this.subscriptions.up(end.port);
  }

  /** The link has ended. */
  down(moving: boolean): void {
    const end = this.#end;
    if (!end) return;
    this.#end = undefined;
    const { port } = end;
    this.publisher.down(port, 'peer/lost', moving);
    this.subscriptions.down(port.farId, 'peer/lost', moving);
    if (moving) return this.lanes.moving(port.farId);
    this.publisher.gone(port.farId, 'peer/lost');
    this.lanes.gone(port.farId);
  }

  /** Lets the oldest frame arrive; false where there is none. */
  receive(): boolean {
    const frame = this.#end?.inbound.shift();
    const { port } = this;
    if (!frame || !port) return false;
    if (frame.lane !== 'control') {
      if (!this.lanes.received(port, frame.lane, frame.bytes)) this.refused += 1;
      return true;
    }
    const control = decodeControlFrame(frame.bytes);
    if (!control.ok) throw new Error(control.code);
    if (!this.publisher.control(port, control.value)) this.subscriptions.control(port, control.value);
    return true;
  }
}

/** Alice and bob, and one link between them at a time. */
export function streamEnds() {
  const [alice, bob] = [new StreamEnd(ALICE), new StreamEnd(BOB)];
  let link: VirtualLink | undefined;
  return {
    alice,
    bob,
    /** A new link comes up at both ends. */
    connect(options?: VirtualLinkOptions): VirtualLink {
      const made = virtualLink([ALICE, BOB], options);
      link = made;
      alice.up(made.ends[0]);
      bob.up(made.ends[1]);
      return made;
    },
    /** The link is cut, at both ends. */
    cut(moving: boolean): void {
      link?.kill();
      alice.down(moving);
      bob.down(moving);
    },
    /** Lets everything arrive that is on its way, and what follows from it. */
    async settle(): Promise<void> {
      for (let quiet = 0; quiet < 2; quiet += 1) {
        while (alice.receive() || bob.receive()) {
          alice.lanes.drained(alice.port!, 'messages');
          bob.lanes.drained(bob.port!, 'messages');
          quiet = 0;
        }
        await pass(ACK_MS);
      }
    },
  };
}
