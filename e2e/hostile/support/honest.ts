import type { ConnectOptions, ErrorCode, PeerId } from '@conclave/core';

import { play, untilFrames } from '../../node/support/actions.js';
import type { Peer } from '../../support/peer.js';
import { throughout, until } from '../../support/wait.js';
import type { HostileCast } from './hostile-cast.js';

/** How long it is watched that something does not happen. */
const WATCH_MS = 500;

/** What an honest end writes down, besides what it refuses, is what no lie may bring about. */
interface Record {
  /** The proven links: the near nonce of each in hex, by which one link is told from the next. */
  readonly links: { readonly [farId: string]: string };
  /** `asked`, `links`, `message` and `stray track`, in their order. */
  readonly happened: readonly string[];
  /** The codes of what was refused, in their order. */
  readonly refused: readonly ErrorCode[];
  /** Media bytes, sent and received, on any transport that is not part of a standing call. */
  readonly strayBytes: number;
}

/** Connects a peer that publishes a camera and writes down whatever happens to it. Each call is another identity. */
export async function enter(
  peer: Peer,
  cast: HostileCast,
  options: Partial<ConnectOptions> = {},
): Promise<PeerId> {
  await peer.evaluate(async () => {
    (kit.keep as { identity?: unknown }).identity = await conclave.Identity.create();
  });
  return reload(peer, cast, options);
}

/** Closes a peer's connection, if it has one, and connects it again: the same identity in another life. */
export async function reload(
  peer: Peer,
  { rendezvous: { url } }: HostileCast,
  options: Partial<ConnectOptions> = {},
): Promise<PeerId> {
  return peer.evaluate(
    async (to: string, more: Partial<ConnectOptions>) => {
      const keep = kit.keep as typeof kit.keep & {
        identity: never;
        extras?: { close(): Promise<void> }[];
      };
      await (keep.connection as typeof keep.connection | undefined)?.close();
      for (const extra of keep.extras?.splice(0) ?? []) await extra.close();
      for (const { pc } of witnessed.splice(0)) pc.close();
      keep.heard.length = 0;
      const nearId = await kit.connect(to, { identity: keep.identity, ...more });
      const { connection, heard } = keep;
      connection.on('refused', (code) => heard.push(`refused ${code}`));
      connection.on('message', (_, type) => heard.push(`message ${type}`));
      connection.links.subscribe(() => heard.push('links'));
      const camera = connection.publish('camera', { onPeerConnect: () => heard.push('asked') > 0 });
      keep.outgoing['camera'] = camera;
      const { audio, video } = await kit.media();
      await Promise.all([camera.attachAudio(audio), camera.attachVideo(video)]);
      const watching = setInterval(() => {
        const stray = witnessed.filter(({ pc }) => !('standing' in pc) && pc.signalingState !== 'closed');
        if (stray.some(({ pc }) => pc.getSenders().some(({ track }) => track))) heard.push('stray track');
      }, 20);
      // Whoever clears the stage closes what is kept here: nothing is looked at while WebRTC goes down.
      (keep.extras ??= []).push({
        close() {
          clearInterval(watching);
          return Promise.resolve();
        },
      });
      return nearId;
    },
    url,
    options,
  );
}

/** What a peer has written down since its call stands, or since it came. */
export function recordOf(peer: Peer): Promise<Record> {
  return peer.evaluate(async () => {
    const lines = kit.keep.heard as string[];
    const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
    let strayBytes = 0;
    for (const { pc } of witnessed) {
      if ('standing' in pc || pc.signalingState === 'closed') continue;
      (await pc.getStats()).forEach((entry: { type: string; bytesReceived?: number; bytesSent?: number }) => {
        if (entry.type === 'inbound-rtp') strayBytes += entry.bytesReceived ?? 0;
        if (entry.type === 'outbound-rtp') strayBytes += entry.bytesSent ?? 0;
      });
    }
    const links = [...kit.keep.connection.links.get()];
    return {
      links: Object.fromEntries(links.map(([farId, link]) => [farId, toHex(link.nearNonce)])),
      happened: lines.filter((line) => !line.startsWith('refused ')),
      refused: lines.flatMap((line) => (line.startsWith('refused ') ? (line.slice(8) as ErrorCode) : [])),
      strayBytes,
    };
  });
}

/** Waits until a peer has refused something with this code. */
export async function untilRefused(peer: Peer, code: ErrorCode, times = 1): Promise<void> {
  const refused = async () => (await recordOf(peer)).refused.filter((one) => one === code).length >= times;
  await until(refused, { within: 5_000, what: `${peer.name} refuses with ${code}` });
}

/** Sends a message through the rendezvous; `passed on`, or the code of what it was refused with. */
export function messageFrom(peer: Peer, farId: PeerId, type = 'invitation'): Promise<string> {
  return peer.evaluate(
    (to: PeerId, what: string) =>
      kit.keep.connection.message(to, what, 'come').then(
        () => 'passed on',
        (error: unknown) => kit.codeOf(error),
      ),
    farId,
    type,
  );
}

/** Waits until a peer has heard a message, and strikes that out: it was to come. */
export async function untilMessage(peer: Peer, type = 'invitation'): Promise<void> {
  const strike = (line: string) => {
    const index = kit.keep.heard.indexOf(line);
    return index >= 0 && kit.keep.heard.splice(index, 1).length > 0;
  };
  const what = `${peer.name} hears ${type}`;
  await until(() => peer.evaluate(strike, `message ${type}`), { within: 5_000, what });
}

/** Nothing has come of a lie at these peers, and nothing does for as long as is watched: no link, no question, no byte. */
export async function nothingHappens(...peers: readonly Peer[]): Promise<void> {
  await throughout(WATCH_MS, async () => {
    for (const peer of peers)
      expect(await recordOf(peer)).toMatchObject({ links: {}, happened: [], strayBytes: 0 });
  });
}

/** The call of a peer stands: what it writes down begins now. Gives the links of which it consists. */
export async function beginRecord(peer: Peer): Promise<Record['links']> {
  await peer.evaluate(() => {
    for (const { pc } of witnessed) Object.assign(pc, { standing: true });
    kit.keep.heard.length = 0;
  });
  return (await recordOf(peer)).links;
}

/** Two peers that hear and see each other. */
export interface Call {
  readonly alice: Peer;
  readonly bob: Peer;
  readonly aliceId: PeerId;
  readonly bobId: PeerId;
  /** The call is as it was, and stays so while frames go both ways: the same one link, nobody asked, no stray byte. */
  goesOn(): Promise<void>;
}

/** Alice and bob call each other, introduced honestly; what they write down begins afterwards. */
export async function standingCall(cast: HostileCast, options: Partial<ConnectOptions> = {}): Promise<Call> {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  const [aliceId, bobId] = await Promise.all([enter(alice, cast, options), enter(bob, cast, options)]);
  expect(await play(bob, aliceId, 'camera')).toBe('playing');
  expect(await play(alice, bobId, 'camera')).toBe('playing');
  await Promise.all([untilFrames(alice), untilFrames(bob)]);
  const before = await Promise.all([alice, bob].map(beginRecord));
  expect(before.map((links) => Object.keys(links))).toEqual([[bobId], [aliceId]]);
  return {
    alice,
    bob,
    aliceId,
    bobId,
    async goesOn() {
      const unchanged = async () => {
        for (const [index, peer] of [alice, bob].entries())
          expect(await recordOf(peer)).toMatchObject({ links: before[index], happened: [], strayBytes: 0 });
      };
      await Promise.all([untilFrames(alice), untilFrames(bob), throughout(WATCH_MS, unchanged)]);
    },
  };
}
