import { createHash, randomBytes } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';

import {
  ATTRIBUTE,
  readAddress,
  readStun,
  uint32,
  writeAddress,
  writeStun,
  type Address,
  type Attribute,
  type StunMessage,
} from './stun.js';

/** A TURN server (RFC 8656, over UDP, IPv4) of somebody who wants to know what goes through it. */
export interface TurnRelay {
  /** As a rendezvous names it. */
  readonly iceServer: { readonly urls: string[]; readonly username: string; readonly credential: string };
  /** Every packet that it has carried between its own relayed addresses. */
  readonly carried: readonly Uint8Array[];
  close(): void;
}

const METHOD = { binding: 0x01, allocate: 0x03, refresh: 0x04, permission: 0x08, bind: 0x09 } as const;
const INDICATION = { send: 0x16, data: 0x17 } as const;
const SUCCESS = 0x100;
const FAILURE = 0x110;
/** Channel numbers begin here; as the first two bytes of a packet they tell it from STUN. */
const FIRST_CHANNEL = 0x4000;

const USERNAME = 'anybody';
const CREDENTIAL = 'anything';
const REALM = 'eve.example';
const KEY = createHash('md5').update(`${USERNAME}:${REALM}:${CREDENTIAL}`).digest();
const LIFETIME: Attribute = [ATTRIBUTE.lifetime, uint32(600)];

/** What one client has allocated. */
interface Allocation {
  readonly client: Address;
  readonly relay: Socket;
  readonly channels: Map<number, Address>;
}

/** Starts one. It carries only what goes from one of its relayed addresses to another, so that no other path is found. */
export async function startTurnRelay(): Promise<TurnRelay> {
  const server = await openSocket();
  const allocations = new Map<string, Allocation>();
  const carried: Uint8Array[] = [];

  const isOurs = ({ port }: Address) =>
    [...allocations.values()].some(({ relay }) => relay.address().port === port);
  const forward = ({ relay }: Allocation, to: Address, data: Buffer) => {
    if (!isOurs(to)) return;
    carried.push(new Uint8Array(data));
    relay.send(data, to.port, to.address);
  };
  const back = ({ client, channels }: Allocation, from: Address, data: Buffer) => {
    if (!isOurs(from)) return;
    const channel = [...channels].find(([, to]) => to.port === from.port)?.[0];
    const packet = channel === undefined ? indication(from, data) : channelData(channel, data);
    server.send(packet, client.port, client.address);
  };
  const allocate = async (client: Address): Promise<Allocation> => {
    const known = allocations.get(nameOf(client));
    if (known) return known;
    const allocation = { client, relay: await openSocket(), channels: new Map<number, Address>() };
    allocation.relay.on('message', (data, from) => back(allocation, from, data));
    allocations.set(nameOf(client), allocation);
    return allocation;
  };

  const answer = async (request: StunMessage, client: RemoteInfo): Promise<Buffer | undefined> => {
    const { type, id, attributes } = request;
    const mapped: Attribute = [ATTRIBUTE.mappedAddress, writeAddress(client)];
    const agree = (told: readonly Attribute[]) => writeStun(type | SUCCESS, id, told, KEY);
    if (type === METHOD.binding) return writeStun(type | SUCCESS, id, [mapped]);
    if (!attributes.has(ATTRIBUTE.username)) return writeStun(type | FAILURE, id, CHALLENGE);
    const allocation = await allocate(client);
    const relayed: Attribute = [ATTRIBUTE.relayedAddress, writeAddress(allocation.relay.address())];
    if (type === METHOD.allocate) return agree([relayed, mapped, LIFETIME]);
    if (type === METHOD.refresh) return agree([LIFETIME]);
    if (type === METHOD.permission) return agree([]);
    const [channel, to] = [attributes.get(ATTRIBUTE.channel), attributes.get(ATTRIBUTE.peerAddress)];
    if (type !== METHOD.bind || !channel || !to) return undefined;
    allocation.channels.set(channel.readUInt16BE(0), readAddress(to));
    return agree([]);
  };

  server.on('message', (packet, client) => {
    const allocation = allocations.get(nameOf(client));
    const first = packet.readUInt16BE(0);
    if (first >= FIRST_CHANNEL) {
      const to = allocation?.channels.get(first);
      if (allocation && to) forward(allocation, to, packet.subarray(4, 4 + packet.readUInt16BE(2)));
      return;
    }
    const message = readStun(packet);
    if (message.type === INDICATION.send) {
      const [to, data] = [
        message.attributes.get(ATTRIBUTE.peerAddress),
        message.attributes.get(ATTRIBUTE.data),
      ];
      if (allocation && to && data) forward(allocation, readAddress(to), data);
      return;
    }
    void answer(message, client).then((reply) => reply && server.send(reply, client.port, client.address));
  });

  const urls = [`turn:127.0.0.1:${server.address().port}?transport=udp`];
  return {
    iceServer: { urls, username: USERNAME, credential: CREDENTIAL },
    carried,
    close() {
      server.close();
      for (const { relay } of allocations.values()) relay.close();
    },
  };
}

const CHALLENGE: readonly Attribute[] = [
  [ATTRIBUTE.errorCode, Buffer.from([0, 0, 4, 1])], // 401: say who you are
  [ATTRIBUTE.realm, Buffer.from(REALM)],
  [ATTRIBUTE.nonce, Buffer.from('0123456789abcdef')],
];

async function openSocket(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

function nameOf({ address, port }: Address): string {
  return `${address}:${port}`;
}

function indication(from: Address, data: Buffer): Buffer {
  const attributes: readonly Attribute[] = [
    [ATTRIBUTE.peerAddress, writeAddress(from)],
    [ATTRIBUTE.data, data],
  ];
  return writeStun(INDICATION.data, randomBytes(12), attributes);
}

function channelData(channel: number, data: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(channel, 0);
  head.writeUInt16BE(data.length, 2);
  return Buffer.concat([head, data]);
}
