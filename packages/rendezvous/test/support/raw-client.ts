import {
  decodeServerMessage,
  encodeClientMessage,
  P256,
  peerIdOf,
  registrationBytes,
  rendezvousOrigin,
  sign,
  signCard,
  type ClientMessage,
  type PeerId,
  type ServerMessage,
  type Signer,
} from '@conclave/protocol';
import { WebSocket } from 'ws';

type Register = Extract<ClientMessage, { t: 'register' }>;
type Kind = ServerMessage['t'];
type MessageOf<K extends Kind> = Extract<ServerMessage, { t: K }>;

/** A key pair, and the life that it lives in a test. */
export interface Actor {
  readonly signer: Signer<CryptoKey>;
  readonly peerId: PeerId;
  readonly epoch: Uint8Array;
}

export async function newActor(): Promise<Actor> {
  const { subtle } = globalThis.crypto;
  const pair = await subtle.generateKey(P256, false, ['sign', 'verify']);
  const spki = new Uint8Array(await subtle.exportKey('spki', pair.publicKey));
  const peerId = (await peerIdOf(subtle, spki))!;
  return { signer: { subtle, privateKey: pair.privateKey, spki, peerId }, peerId, epoch: random(16) };
}

export const anotherLife = (actor: Actor): Actor => ({ ...actor, epoch: random(16) });

export function random(length: number): Uint8Array<ArrayBuffer> {
  return globalThis.crypto.getRandomValues(new Uint8Array(length));
}

/** A client that does what a test says, frame by frame, and lies when it is told to. */
export class RawClient {
  readonly received: ServerMessage[] = [];
  readonly closed: Promise<{ code: number }>;
  readonly url: string;
  readonly #socket: WebSocket;
  readonly #listeners = new Set<() => void>();
  #lastId = 0;
  #read = 0;

  private constructor(url: string, pageOrigin: string | undefined) {
    this.url = url;
    this.#socket = new WebSocket(url, pageOrigin === undefined ? {} : { origin: pageOrigin });
    this.#socket.on('message', (data: Buffer) => {
      const message = decodeServerMessage(new Uint8Array(data));
      if (!message.ok) throw new Error(`the server sent what is no frame: ${message.code}`);
      this.received.push(message.value);
      for (const listener of [...this.#listeners]) listener();
    });
    this.closed = new Promise((resolve) => this.#socket.on('close', (code) => resolve({ code })));
    this.#socket.on('error', () => {});
  }

  /** Opens a socket, as a browser does from a page of an origin where one is given. */
  static async dial(url: string, pageOrigin?: string): Promise<{ client: RawClient; challenge: Uint8Array }> {
    const client = new RawClient(url, pageOrigin);
    const { challenge } = await client.next('challenge');
    return { client, challenge };
  }

  /** Dials and registers; rejects where it is refused. */
  static async register(
    url: string,
    actor: Actor,
    change: Partial<Register> = {},
    pageOrigin?: string,
  ): Promise<RawClient> {
    const { client, challenge } = await RawClient.dial(url, pageOrigin);
    client.send(await registrationOf(url, actor, challenge, change));
    await client.next('registered');
    return client;
  }

  send(message: ClientMessage): void {
    this.#socket.send(encodeClientMessage(message));
  }

  sendBytes(bytes: Uint8Array | string): void {
    this.#socket.send(bytes);
  }

  /** Sends a request and waits for its answer. */
  ask(question: Question): Promise<Extract<ServerMessage, { id: number }>> {
    this.#lastId += 1;
    const id = this.#lastId;
    this.send({ ...question, id });
    return this.until(
      (message): message is Extract<ServerMessage, { id: number }> => 'id' in message && message.id === id,
    );
  }

  /** The next frame of a kind that was not read before; skips others. */
  next<K extends Kind>(kind: K): Promise<MessageOf<K>> {
    return this.#wait(() => {
      const at = this.received.findIndex((message, index) => index >= this.#read && message.t === kind);
      if (at < 0) return undefined;
      this.#read = at + 1;
      return this.received[at] as MessageOf<K>;
    }, kind);
  }

  /** The first frame at all that fits. */
  until<M extends ServerMessage>(fits: (message: ServerMessage) => message is M): Promise<M>;
  until(fits: (message: ServerMessage) => boolean): Promise<ServerMessage>;
  until(fits: (message: ServerMessage) => boolean): Promise<ServerMessage> {
    return this.#wait(() => this.received.find(fits), 'a frame that fits');
  }

  all<K extends Kind>(kind: K): MessageOf<K>[] {
    return this.received.filter((message): message is MessageOf<K> => message.t === kind);
  }

  /** A good-bye: the client is gone for good. */
  async leave(code = 1000): Promise<void> {
    this.#socket.close(code);
    await this.closed;
  }

  stopReading(): void {
    this.#socket.pause();
  }

  /** Cuts the socket as a dead network would. */
  async cut(): Promise<void> {
    this.#socket.terminate();
    await this.closed;
  }

  #wait<T>(look: () => T | undefined, wanted: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const again = () => {
        const found = look();
        if (found === undefined) return;
        this.#listeners.delete(again);
        resolve(found);
      };
      this.#listeners.add(again);
      void this.closed.then(({ code }) =>
        reject(new Error(`closed with ${code} while waiting for ${wanted}`)),
      );
      again();
    });
  }
}

/** How a registration ends that is refused: the code that is said, and that of the close. */
export async function refusalOf(
  url: string,
  actor: Actor,
  change: Partial<Register>,
  pageOrigin?: string,
): Promise<[string, number]> {
  const { client, challenge } = await RawClient.dial(url, pageOrigin);
  client.send(await registrationOf(url, actor, challenge, change));
  const { code } = await client.next('refused');
  return [code, (await client.closed).code];
}

type Question = ClientMessage extends infer M ? (M extends { id: number } ? Omit<M, 'id'> : never) : never;

/** What an honest client answers to a challenge, with what a test changes about it after it was signed. */
export async function registrationOf(
  url: string,
  actor: Actor,
  challenge: Uint8Array,
  change: Partial<Register> = {},
): Promise<Register> {
  const { signer, epoch, peerId } = actor;
  const { key = 'demo', origin = rendezvousOrigin(url)!, versions = [1] } = change;
  const nonce = random(32);
  const signed = registrationBytes({ origin, key, challenge, nonce, peerId, epoch, versions });
  const signature = await sign(signer, 'register', signed);
  const card = await signCard(signer, { epoch, versions: [1], persistent: false });
  return {
    t: 'register',
    key,
    origin,
    nonce,
    epoch,
    versions,
    spki: signer.spki,
    signature,
    card,
    ...change,
  };
}
