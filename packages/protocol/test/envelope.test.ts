import {
  MAX_ENVELOPE_BYTES,
  MAX_RENDEZVOUS_FRAME_BYTES,
  MAX_SDP_BYTES,
  encodeClientMessage,
  openEnvelope,
  sealEnvelope,
  sign,
  type Envelope,
  type PeerMessage,
} from '@conclave/protocol';

import { checkBody } from '../src/peer-messages.js';
import { pack } from '../src/packing.js';
import { actor, fill, flipped, subtle, type Actor } from './support/actors.js';
import { peerMessages } from './support/messages.js';
import { table } from './support/spec.js';

let alice: Actor;
let bob: Actor;
let charlie: Actor;
beforeAll(async () => {
  alice = await actor('alice');
  bob = await actor('bob');
  charlie = await actor('charlie');
});

const open = (bytes: Uint8Array, near: Actor = bob): ReturnType<typeof openEnvelope> =>
  openEnvelope(subtle, bytes, near);
const message: PeerMessage = { kind: 'message', type: 'hello', payload: fill(3, 1) };

function toBob(overrides: Partial<Envelope> = {}): Omit<Envelope, 'from' | 'spki'> {
  return { to: bob.peerId, fromEpoch: alice.epoch, toEpoch: bob.epoch, counter: 1, message, ...overrides };
}

function signedMap(overrides: object = {}): object {
  const { kind, ...body } = message;
  const { to, fromEpoch, toEpoch, counter } = toBob();
  return { v: 1, kind, from: alice.peerId, to, fromEpoch, toEpoch, counter, body, ...overrides };
}

/** An envelope of any signed bytes, honestly signed by `signer` under the key of `spki`. */
async function forge(
  content: unknown,
  signer: Actor = alice,
  spki: Uint8Array = signer.spki,
): Promise<Uint8Array> {
  const signed = content instanceof Uint8Array ? content : pack(content);
  return pack([signed, spki, await sign(signer, 'envelope', signed)]);
}

describe('envelope', () => {
  test('SPEC 4.1: what alice seals, bob opens, of every kind', async () => {
    for (const [index, each] of peerMessages.entries()) {
      const link = index % 2 ? { link: fill(32, 9) } : {};
      const sealed = await sealEnvelope(alice, toBob({ message: each, counter: index, ...link }));
      const expected: Envelope = {
        ...toBob({ message: each, counter: index, ...link }),
        from: alice.peerId,
        spki: alice.spki,
      };
      await expect(open(sealed)).resolves.toEqual({ ok: true, value: expected });
    }
  });

  test('SPEC 4.1: another form is identity/mismatch', async () => {
    const wrong = [
      { v: 2 },
      { v: '1' },
      { kind: '' },
      { kind: 'x'.repeat(33) },
      { from: alice.peerId.toUpperCase() },
      { to: 'bob' },
      { fromEpoch: fill(15, 0) },
      { toEpoch: fill(17, 0) },
      { toEpoch: undefined },
      { link: fill(31, 0) },
      { counter: -1 },
      { counter: -0 },
      { counter: 0.5 },
      { counter: 2 ** 53 },
      { counter: '1' },
      { counter: undefined },
    ];
    for (const overrides of wrong) {
      await expect(open(await forge(signedMap(overrides)))).resolves.toEqual({
        ok: false,
        code: 'identity/mismatch',
      });
    }
    for (const form of [
      null,
      1,
      [],
      {},
      [fill(1, 0), alice.spki],
      [fill(1, 0), alice.spki, fill(63, 0)],
      'x',
    ]) {
      await expect(open(pack(form))).resolves.toEqual({ ok: false, code: 'identity/mismatch' });
    }
  });

  test('[B1] SPEC 4.2: who says another ID than that of its key is identity/mismatch', async () => {
    const sealed = await forge(signedMap({ from: charlie.peerId }));
    await expect(open(sealed)).resolves.toEqual({ ok: false, code: 'identity/mismatch' });
  });

  test('[B1] SPEC 4.2: a second form of a key is identity/bad-key, before anything else is looked at', async () => {
    const sealed = await forge(fill(10, 0xc1), alice, flipped(alice.spki, 26, 0x02));
    await expect(open(sealed)).resolves.toEqual({ ok: false, code: 'identity/bad-key' });
  });

  test('[B2] SPEC 4.2: an envelope for charlie is not one for bob', async () => {
    const sealed = await sealEnvelope(alice, toBob({ to: charlie.peerId, toEpoch: charlie.epoch }));
    await expect(open(sealed)).resolves.toEqual({ ok: false, code: 'identity/mismatch' });
  });

  test('[B2] SPEC 4.2: an envelope that comes back to its sender is identity/mismatch', async () => {
    const sealed = await sealEnvelope(alice, toBob());
    await expect(open(sealed, alice)).resolves.toEqual({ ok: false, code: 'identity/mismatch' });
    const toSelf = await sealEnvelope(bob, { ...toBob(), fromEpoch: bob.epoch });
    await expect(open(toSelf, bob)).resolves.toEqual({ ok: false, code: 'identity/mismatch' });
  });

  test('[B3] SPEC 4.3: charlie cannot sign for alice', async () => {
    const sealed = await forge(signedMap(), charlie, alice.spki);
    await expect(open(sealed)).resolves.toEqual({ ok: false, code: 'auth/signature' });
  });

  test('[B2] SPEC 4.3: no flipped bit of an envelope passes', async () => {
    const sealed = await sealEnvelope(alice, toBob());
    for (let at = 0; at < sealed.byteLength; at++) {
      expect((await open(flipped(sealed, at, 1 << (at % 8)))).ok).toBe(false);
    }
  });

  test('[B2] SPEC 4.3: a signature for another purpose is none for an envelope', async () => {
    const signed = pack(signedMap());
    for (const purpose of ['register', 'card', 'link-proof', 'name'] as const) {
      const bytes = pack([signed, alice.spki, await sign(alice, purpose, signed)]);
      await expect(open(bytes)).resolves.toEqual({ ok: false, code: 'auth/signature' });
    }
  });

  test('SPEC 4.3: signed bytes are verified as received, however they are encoded', async () => {
    const [first, ...rest] = pack(signedMap());
    expect(first).toBe(0x88);
    const longer = Uint8Array.of(0xde, 0x00, 0x08, ...rest); // the same map with a longer header
    await expect(open(await forge(longer))).resolves.toMatchObject({ ok: true, value: { message } });
    await expect(open(await forge(signedMap({ later: 1 })))).resolves.toMatchObject({
      ok: true,
      value: { message },
    });
  });

  test('SPEC 4.3: bytes that change while they are being verified change nothing', async () => {
    const sealed = await sealEnvelope(alice, toBob());
    const opening = open(sealed);
    sealed.fill(0);
    await expect(opening).resolves.toMatchObject({ ok: true, value: { from: alice.peerId, message } });
  });

  test('[B2] SPEC 4.4: what was meant for an earlier life is peer/stale, with the envelope', async () => {
    const sealed = await sealEnvelope(alice, toBob({ toEpoch: fill(16, 77) }));
    await expect(open(sealed)).resolves.toMatchObject({
      ok: false,
      code: 'peer/stale',
      envelope: { from: alice.peerId, toEpoch: fill(16, 77), message },
    });
  });

  test('[B2] SPEC 4.4: only what is genuine is stale', async () => {
    const sealed = await forge(signedMap({ toEpoch: fill(16, 77) }), charlie, alice.spki);
    await expect(open(sealed)).resolves.toEqual({ ok: false, code: 'auth/signature' });
  });

  test('SPEC 4.5: the kinds are those of the document', () => {
    expect(table('kind').map(([kind]) => kind)).toEqual(peerMessages.map(({ kind }) => kind));
  });

  test.each(['constructor', 'toString', 'hasOwnProperty', '__proto__', 'Offer', 'offer ', 'close'])(
    '[B9] SPEC 4.5: the kind %s is link/bad-frame',
    async (kind) => {
      await expect(open(await forge(signedMap({ kind })))).resolves.toEqual({
        ok: false,
        code: 'link/bad-frame',
      });
    },
  );

  test('[B9] SPEC 4.5: a body without one of its keys, or of another form, is link/bad-frame', () => {
    for (const { kind, ...body } of peerMessages) {
      expect(checkBody(kind, body).ok).toBe(true);
      for (const key of Object.keys(body)) {
        expect(checkBody(kind, { ...body, [key]: undefined }).ok).toBe(false);
        expect(checkBody(kind, { ...body, [key]: { length: 16 } }).ok).toBe(false);
      }
      for (const other of [null, undefined, [], 'x', 1, new Date(0), fill(16, 0), Object.create(body)]) {
        if (other === null || !(other instanceof Object) || Object.getPrototypeOf(other) !== body) {
          expect(checkBody(kind, other)).toEqual({ ok: false, code: 'link/bad-frame' });
        }
      }
    }
  });

  test('SPEC 4.5: the bounds of bodies are held', () => {
    const offer = { ...(peerMessages[0] as object), plays: [] };
    const play = { request: 1, stream: 's' };
    const candidates = { session: fill(16, 0), revision: 1 };
    const candidate = { candidate: '', mid: null, mLineIndex: null, ufrag: null };
    const many = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);
    const cases: [kind: string, body: object, ok: boolean][] = [
      ['offer', { ...offer, sdp: 'x'.repeat(MAX_SDP_BYTES) }, true],
      ['offer', { ...offer, sdp: 'x'.repeat(MAX_SDP_BYTES + 1) }, false],
      ['offer', { ...offer, sdp: '', packed: fill(MAX_SDP_BYTES, 1) }, true],
      ['offer', { ...offer, sdp: '', packed: fill(MAX_SDP_BYTES + 1, 1) }, false],
      ['offer', { ...offer, sdp: '', packed: 'x' }, false],
      ['offer', { ...offer, plays: many(32, play) }, true],
      ['offer', { ...offer, plays: many(33, play) }, false],
      ['offer', { ...offer, plays: [{ ...play, stream: '' }] }, false],
      ['offer', { ...offer, plays: [{ ...play, stream: 'x'.repeat(257) }] }, false],
      ['offer', { ...offer, plays: [{ ...play, audioMid: 'x'.repeat(17) }] }, false],
      ['offer', { ...offer, plays: [{ ...play, request: 2 ** 32 }] }, false],
      ['offer', { ...offer, revision: 2 ** 32 }, false],
      ['candidates', { ...candidates, candidates: many(32, candidate) }, true],
      ['candidates', { ...candidates, candidates: many(33, candidate) }, false],
      ['candidates', { ...candidates, candidates: [{ ...candidate, candidate: 'x'.repeat(1025) }] }, false],
      ['candidates', { ...candidates, candidates: [{ ...candidate, mLineIndex: 65 }] }, false],
      ['candidates', { ...candidates, candidates: [{ ...candidate, mid: '' }] }, false],
      ['refusal', { offerSession: fill(16, 0), code: 'no/such-code' }, false],
      ['refusal', { offerSession: fill(16, 0), code: 'constructor' }, false],
      ['stale', { card: fill(513, 0), counter: 1 }, false],
      ['stale', { card: fill(200, 0) }, false],
      ['message', { type: 'x', payload: fill(16 * 1024, 0) }, true],
      ['message', { type: 'x', payload: fill(16 * 1024 + 1, 0) }, false],
      ['message', { type: 'x', payload: 'x' }, false],
    ];
    for (const [kind, body, ok] of cases)
      expect([kind, body, checkBody(kind, body).ok]).toEqual([kind, body, ok]);
  });

  test('SPEC 4.6: an envelope of 72 KiB fits into a frame, a larger one is data/too-large', async () => {
    const signed = fill(MAX_ENVELOPE_BYTES, 0xc0);
    const largest = await forge(signed);
    await expect(open(largest)).resolves.toEqual({ ok: false, code: 'link/bad-frame' }); // not a map, but looked at
    const relay = encodeClientMessage({ t: 'relay', id: 2 ** 32 - 1, to: bob.peerId, envelope: largest });
    expect(relay.byteLength).toBeLessThanOrEqual(MAX_RENDEZVOUS_FRAME_BYTES);
    await expect(open(await forge(fill(MAX_ENVELOPE_BYTES + 100, 0xc0)))).resolves.toEqual({
      ok: false,
      code: 'data/too-large',
    });
  });
});
