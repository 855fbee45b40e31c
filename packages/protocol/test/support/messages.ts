import type {
  Candidate,
  ClientMessage,
  ControlFrame,
  DataFrame,
  PeerMessage,
  ServerMessage,
} from '@conclave/protocol';

import { fill, type Actor } from './actors.js';

const play = { request: 1, stream: 'camera', audioMid: '0', videoMid: '1' };
const candidate: Candidate = {
  candidate: 'candidate:1 1 udp 2122260223 192.0.2.1 54321 typ host',
  mid: '0',
  mLineIndex: 0,
  ufrag: 'abcd',
};
const sdp = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n';

/** One message of each kind that an envelope carries. */
export const peerMessages: readonly PeerMessage[] = [
  {
    kind: 'offer',
    session: fill(16, 1),
    commitment: fill(32, 2),
    revision: 0,
    sdp,
    plays: [play],
  },
  {
    kind: 'answer',
    session: fill(16, 3),
    offerSession: fill(16, 1),
    commitment: fill(32, 4),
    revision: 0,
    sdp,
    plays: [{ request: 2, stream: 'screen' }],
  },
  {
    kind: 'candidates',
    session: fill(16, 1),
    revision: 0,
    candidates: [candidate, { candidate: '', mid: null, mLineIndex: null, ufrag: null }],
  },
  { kind: 'refusal', offerSession: fill(16, 1), code: 'peer/refused' },
  { kind: 'stale', card: fill(200, 5), counter: 7 },
  { kind: 'message', type: 'hello', payload: fill(10, 6) },
];

/** One frame of each type of the control lane. */
export const controlFrames: readonly ControlFrame[] = [
  { t: 'proof', value: fill(32, 1), proof: fill(64, 2) },
  { t: 'beat' },
  { t: 'describe', type: 'offer', revision: 1, sdp, plays: [play] },
  { t: 'describe', type: 'answer', revision: 1, sdp, plays: [] },
  { t: 'candidates', revision: 1, candidates: [candidate] },
  { t: 'play', play },
  { t: 'waiting', request: 1 },
  { t: 'granted', request: 1 },
  { t: 'ended', request: 1, code: 'stream/refused' },
  { t: 'unplay', request: 1 },
  { t: 'receive', request: 1, audio: true, video: false },
  { t: 'demand', request: 1 },
  { t: 'file', transfer: 1, request: 2, size: 2 ** 40, name: 'a.txt', type: 'text/plain' },
  { t: 'take', transfer: 1, from: 2 ** 40 },
  { t: 'got', transfer: 1, bytes: 2 ** 40 },
  { t: 'kept', transfer: 1 },
  { t: 'decline', transfer: 1, code: 'file/refused' },
  { t: 'withdraw', transfer: 1, code: 'file/cancelled' },
  { t: 'bye', code: 'peer/closed' },
];

/** One frame of each type of the data lanes. */
export const dataFrames: readonly DataFrame[] = [
  { type: 'message', request: 7, counter: 2 ** 40, payload: fill(20, 1) },
  { type: 'ack', counter: 9, verdicts: [{ counter: 8, is: 'dropped' }] },
  { type: 'lossy', request: 7, payload: fill(20, 2) },
  { type: 'bulk', transfer: 7, offset: 2 ** 33, sentAtUs: 2 ** 31, payload: fill(20, 3) },
  { type: 'seal', transfer: 7, offset: 2 ** 33, payload: fill(32, 4) },
  { type: 'answer', request: 7, counter: 2 ** 40, payload: fill(20, 5) },
  {
    type: 'resume',
    near: fill(8, 6),
    far: fill(8, 7),
    counter: 2 ** 40,
    verdicts: [{ counter: 3, is: 'waits' }],
  },
];

/** One frame of each type that a client sends. */
export function clientMessages(alice: Actor, bob: Actor): readonly ClientMessage[] {
  return [
    {
      t: 'register',
      key: 'demo',
      origin: 'https://a.example',
      nonce: fill(32, 1),
      epoch: alice.epoch,
      versions: [1],
      spki: alice.spki,
      signature: fill(64, 2),
      card: fill(240, 3),
      resumeAfter: 12,
      token: 'a.b.c',
    },
    { t: 'relay', id: 1, to: bob.peerId, envelope: fill(300, 4) },
    { t: 'lookup', id: 2, peer: bob.peerId },
    { t: 'join', id: 3, room: 'a room' },
    { t: 'leave', id: 4, room: 'a room' },
    { t: 'renew', id: 5, token: 'a.b.c' },
    { t: 'pong', seen: 2 ** 40 },
  ];
}

/** One frame of each type that a rendezvous sends. */
export function serverMessages(bob: Actor): readonly ServerMessage[] {
  const member = { card: fill(240, 3), order: 1 };
  return [
    { t: 'challenge', challenge: fill(32, 1) },
    {
      t: 'registered',
      version: 1,
      resumed: false,
      counter: 0,
      heartbeatMs: 15_000,
      iceServers: [
        { urls: ['stun:stun.a.example:3478'] },
        {
          urls: ['turn:[2001:db8::1]:3478?transport=tcp', 'turns:192.0.2.1'],
          username: 'u',
          credential: 'c',
        },
      ],
      tokenLifeMs: 86_400_000,
    },
    { t: 'refused', code: 'rendezvous/full', retryAfterMs: 1000 },
    { t: 'done', id: 1, tokenLifeMs: 60_000 },
    { t: 'failed', id: 2, code: 'peer/unreachable' },
    { t: 'card', id: 3, card: fill(240, 3) },
    { t: 'joined', id: 4, room: 'a room', members: [member, member] },
    { t: 'ping' },
    { t: 'deliver', counter: 1, envelope: fill(300, 4) },
    { t: 'member-joined', counter: 2, room: 'a room', member },
    { t: 'member-left', counter: 3, room: 'a room', peer: bob.peerId },
  ];
}
