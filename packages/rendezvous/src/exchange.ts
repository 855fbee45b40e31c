import type { CountedMessage, ListedMember, PeerId, Result } from '@conclave/protocol';

/**
 * What the nodes of one rendezvous share: who is here, the rooms, and a mailbox for each client. A client may resume
 * at another node than the one that lost it, so everything that outlives a socket lives here.
 *
 * Contract, for implementers; {@link exchangeCases} checks it:
 * 1. Tenants never meet.
 * 2. The newest claim of a peer ID wins, wherever it is made. What an older seat still asks has no effect.
 * 3. Each event of a seat has a counter, 1 and then rising by one, and reaches its holder once, in order.
 * 4. `join` puts the arrival into the mailboxes of the others before it resolves: whatever the newcomer sends after
 *    that comes after its arrival.
 * 5. A failure of the store rejects; nothing is half done.
 */
export interface Exchange {
  /**
   * Takes a peer ID. The present holder, if any, is told that it was replaced. It is a resume, and rooms and mailbox
   * are kept, where the life (epoch) is the same, `resumeAfter` is given and nothing after it was dropped; otherwise
   * the former life is gone at once. `rendezvous/full` where no more clients are taken.
   */
  claim(claim: Claim, holder: SeatHolder): Promise<Result<Seat>>;
  /** The card of a peer that is here or may still resume. */
  cardOf(tenant: string, peer: PeerId): Promise<Uint8Array | undefined>;
  /** Puts an envelope into a peer's mailbox. False: nobody of this ID is here, or its mailbox takes no more. */
  deliver(tenant: string, to: PeerId, envelope: Uint8Array): Promise<boolean>;
  /** Ends all timers and subscriptions of this node. Seats that it held become lost for the others. */
  close(): Promise<void>;
}

/** Who asks for a seat. All of it has been verified. */
export interface Claim {
  /** The partition that its key names. */
  readonly tenant: string;
  /** Who claims. */
  readonly peerId: PeerId;
  /** The life of the peer, 16 bytes. */
  readonly epoch: Uint8Array;
  /** The card as signed: handed on as it is. */
  readonly card: Uint8Array;
  /** The counter of the last event that the client saw in this life. */
  readonly resumeAfter: number | undefined;
}

/** The node's side of a seat: the one socket that it belongs to. Neither method may throw. */
export interface SeatHolder {
  /** Something happened; called after `begin` only. */
  event(message: CountedMessage): void;
  /** A newer claim took the ID; nothing comes any more. */
  replaced(): void;
}

/** A client's place in the exchange, held by one socket at a time. */
export interface Seat {
  /** Whether the claim took up a life that the exchange still knew. */
  readonly resumed: boolean;
  /** The counter after which events follow: 0 in a new life, `resumeAfter` at a resume. */
  readonly counter: number;
  /** Lets events flow, those first that were missed. */
  begin(): void;
  /** Enters a room; entering again changes nothing. `room/full`, `room/limit`. */
  join(room: string): Promise<Result<Joined>>;
  /** Leaves a room; the others are told. Leaving a room that one is not in does nothing. */
  leave(room: string): Promise<void>;
  /** Leaves every room that is not among these: a newer token may allow others than the one before. */
  keepRooms(allowed: ReadonlySet<string>): Promise<void>;
  /** Events up to this counter are not needed any longer. */
  seen(counter: number): void;
  /** The socket was lost: all is kept for the resume window, then it is as if the seat had ended. */
  lose(): Promise<void>;
  /** The client is gone for good: its rooms are left and its ID is free. */
  end(): Promise<void>;
}

/** What a newcomer finds. */
export interface Joined {
  /** In the order of arrival, the newcomer among them. */
  readonly members: readonly ListedMember[];
  /** The counter of the newcomer's last event before this list was read. Later events come on top of the list. */
  readonly after: number;
}
