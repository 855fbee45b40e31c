import {
  decodeClientMessage,
  encodeServerMessage,
  openCard,
  type ClientMessage,
  type CountedMessage,
  type ListedMember,
  type PeerId,
  type ServerMessage,
  type Subtle,
} from '@conclave/protocol';
import { webcrypto } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

import { kindOf } from './envelopes.js';

/** A frame that it sends: a message, or bytes that need not be one. A counted message needs no counter. */
export type Frame = ServerMessage | Uncounted | Uint8Array;
type Uncounted = CountedMessage extends infer Message
  ? Message extends CountedMessage
    ? Omit<Message, 'counter'>
    : never
  : never;
type Registration = Extract<ClientMessage, { t: 'register' }>;
type Request = Extract<ClientMessage, { id: number }>;

/** An envelope that somebody handed it to pass on. */
export interface Passed {
  readonly kind: string;
  readonly from: PeerId;
  readonly to: PeerId;
  readonly envelope: Uint8Array;
}

/** What it does where it lies; whatever is not named is done honestly. */
export interface Lies {
  /** What is passed on in the place of an envelope, and to whom. */
  pass?: (passed: Passed) => readonly { readonly to: PeerId; readonly envelope: Uint8Array }[];
  /** What is answered to a request in the place of the honest answer; nothing where the list is empty. */
  answer?: (honest: ServerMessage, request: Request, from: PeerId) => readonly Frame[];
  /** What is told a member of a room in the place of an honest event. */
  event?: (honest: Frame, to: PeerId) => readonly Frame[];
  /** What every client is to sign. */
  challenge?: (url: string) => Uint8Array | Promise<Uint8Array>;
  /** What is said to a registration in the place of the honest welcome. */
  welcome?: (honest: Welcome, registration: Registration) => readonly Frame[] | Promise<readonly Frame[]>;
}
type Welcome = Extract<ServerMessage, { t: 'registered' }>;

interface Client {
  readonly socket: WebSocket;
  readonly card: Uint8Array;
  counter: number;
}

/**
 * A rendezvous that cannot be trusted: honest until told otherwise, and then it lies as a test says. It checks nothing,
 * and shares no code with the real one.
 */
export class HostileRendezvous {
  /** Exchanged by tests as they go. */
  lies: Lies = {};
  /** Every envelope that it was handed, in their order: a tape to play back. */
  readonly tape: Passed[] = [];
  /** Every registration, as it came. */
  readonly registrations: Registration[] = [];
  readonly url: string;
  readonly #server: WebSocketServer;
  readonly #clients = new Map<PeerId, Client>();
  readonly #rooms = new Map<string, Map<PeerId, ListedMember>>();
  #places = 0;

  private constructor(server: WebSocketServer) {
    this.#server = server;
    this.url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    server.on('connection', (socket) => void this.#greet(socket));
  }

  /** Starts one on a free port. */
  static async start(): Promise<HostileRendezvous> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await new Promise((resolve) => server.once('listening', resolve));
    return new HostileRendezvous(server);
  }

  /** The card by which a client has registered last. */
  cardOf(peer: PeerId): Uint8Array {
    const client = this.#clients.get(peer);
    if (!client) throw new Error(`${peer} is not here`);
    return client.card;
  }

  /** The envelopes of one kind on the tape, of one sender. */
  taped(kind: string, from: PeerId): readonly Passed[] {
    return this.tape.filter((one) => one.kind === kind && one.from === from);
  }

  /** Sends a client something of its own accord. */
  tell(to: PeerId, ...frames: readonly Frame[]): void {
    const client = this.#clients.get(to);
    for (const frame of frames) if (client) send(client, frame);
  }

  /** Delivers an envelope, to whomever it likes. */
  deliver(to: PeerId, ...envelopes: readonly Uint8Array[]): void {
    this.tell(to, ...envelopes.map((envelope) => ({ t: 'deliver', envelope }) as const));
  }

  /** Ends every socket and stops. */
  async close(): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #greet(socket: WebSocket): Promise<void> {
    const challenge = (await this.lies.challenge?.(this.url)) ?? randomBytes(32);
    let from: PeerId | undefined;
    let work = Promise.resolve();
    socket.on('error', () => socket.terminate());
    socket.on('message', (data: Buffer) => {
      work = work.then(async () => {
        const message = decodeClientMessage(new Uint8Array(data));
        if (!message.ok) throw new Error(message.code);
        if (message.value.t === 'register') from = await this.#register(socket, message.value);
        else if (from && 'id' in message.value) this.#serve(from, message.value);
      });
      work.catch(() => socket.terminate());
    });
    socket.on('close', () => {
      if (from && this.#clients.get(from)?.socket === socket) this.#gone(from);
    });
    socket.send(encodeServerMessage({ t: 'challenge', challenge }));
  }

  async #register(socket: WebSocket, registration: Registration): Promise<PeerId> {
    const card = await openCard(webcrypto.subtle as unknown as Subtle<unknown>, registration.card);
    if (!card.ok) throw new Error(card.code);
    const { peerId } = card.value;
    this.registrations.push(registration);
    const client: Client = { socket, card: registration.card, counter: 0 };
    const honest: Welcome = {
      t: 'registered',
      version: 1,
      resumed: false,
      counter: 0,
      heartbeatMs: 60_000,
      iceServers: [],
    };
    const frames = (await this.lies.welcome?.(honest, registration)) ?? [honest];
    this.#clients.set(peerId, client);
    for (const frame of frames) send(client, frame);
    return peerId;
  }

  #serve(from: PeerId, request: Request): void {
    const honest = this.#answer(from, request);
    this.tell(from, ...(this.lies.answer?.(honest, request, from) ?? [honest]));
  }

  #answer(from: PeerId, request: Request): ServerMessage {
    const { id } = request;
    switch (request.t) {
      case 'relay': {
        const { to, envelope } = request;
        if (!this.#clients.has(to)) return { t: 'failed', id, code: 'peer/unreachable' };
        const passed: Passed = { kind: kindOf(envelope), from, to, envelope };
        this.tape.push(passed);
        for (const one of this.lies.pass?.(passed) ?? [passed]) this.deliver(one.to, one.envelope);
        return { t: 'done', id };
      }
      case 'lookup': {
        const found = this.#clients.get(request.peer);
        return found ? { t: 'card', id, card: found.card } : { t: 'failed', id, code: 'peer/unreachable' };
      }
      case 'join': {
        const { room } = request;
        const members = this.#rooms.get(room) ?? new Map<PeerId, ListedMember>();
        this.#rooms.set(room, members);
        if (!members.has(from)) {
          const member = { card: this.cardOf(from), order: ++this.#places };
          this.#tellMembers(room, { t: 'member-joined', room, member });
          members.set(from, member);
        }
        return { t: 'joined', id, room, members: [...members.values()] };
      }
      case 'leave':
        this.#exit(request.room, from);
        return { t: 'done', id };
      case 'renew': // nobody's token is of any interest here
        return { t: 'done', id };
    }
  }

  #exit(room: string, peer: PeerId): void {
    if (this.#rooms.get(room)?.delete(peer)) this.#tellMembers(room, { t: 'member-left', room, peer });
  }

  #gone(peer: PeerId): void {
    this.#clients.delete(peer);
    for (const room of this.#rooms.keys()) this.#exit(room, peer);
  }

  #tellMembers(room: string, honest: Frame): void {
    for (const peer of this.#rooms.get(room)?.keys() ?? [])
      this.tell(peer, ...(this.lies.event?.(honest, peer) ?? [honest]));
  }
}

function send(client: Client, frame: Frame): void {
  if (frame instanceof Uint8Array) client.socket.send(frame);
  else if (isUncounted(frame))
    client.socket.send(encodeServerMessage({ ...frame, counter: ++client.counter }));
  else client.socket.send(encodeServerMessage(frame));
}

function isUncounted(frame: ServerMessage | Uncounted): frame is Uncounted {
  return ['deliver', 'member-joined', 'member-left'].includes(frame.t) && !('counter' in frame);
}

function randomBytes(length: number): Uint8Array {
  return webcrypto.getRandomValues(new Uint8Array(length));
}
