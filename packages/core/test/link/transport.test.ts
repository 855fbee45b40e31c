import type { PeerId, PeerMessageOf } from '@conclave/protocol';

import { signerOf, Identity } from '../../src/identity/identity.js';
import { Introduction, type EnvelopeOf } from '../../src/link/introduction.js';
import { Transport } from '../../src/link/transport.js';
import { description, FINGERPRINT, OTHER_FINGERPRINT, section } from '../support/sdp.js';

/** What alice says of herself, with one certificate or another, offered or answered. */
const said = (fingerprint: string, setup: string) =>
  description(section('0', 'application'), [fingerprint, `a=setup:${setup}`]);

/** A transport whose browser takes every description and remembers which. */
function newTransport(isGoverned = false) {
  const seen: (string | undefined)[] = [];
  const pc = {
    createOffer: async () => ({ type: 'offer', sdp: said(OTHER_FINGERPRINT, 'actpass') }),
    createAnswer: async () => ({ type: 'answer', sdp: said(OTHER_FINGERPRINT, 'active') }),
    setLocalDescription: async () => {},
    setRemoteDescription: async ({ sdp }: RTCSessionDescriptionInit) => void seen.push(sdp),
    getTransceivers: () => [],
  };
  return { seen, transport: new Transport(pc as unknown as RTCPeerConnection, () => isGoverned) };
}

test('[B2] a later offer with another certificate is identity/mismatch, and the browser never sees it', async () => {
  const { seen, transport } = newTransport();
  await transport.answer(said(FINGERPRINT, 'actpass'), [], []);
  await expect(transport.answer(said(OTHER_FINGERPRINT, 'actpass'), [], [])).rejects.toMatchObject({
    code: 'identity/mismatch',
  });
  await transport.answer(said(FINGERPRINT, 'actpass'), [], []);
  expect(seen).toEqual([said(FINGERPRINT, 'actpass'), said(FINGERPRINT, 'actpass')]);
});

test('[B2] a later answer with another certificate is identity/mismatch, and the browser never sees it', async () => {
  const { seen, transport } = newTransport();
  await transport.firstOffer([]);
  await transport.accept(said(FINGERPRINT, 'active'), []);
  await transport.offer([]);
  await expect(transport.accept(said(OTHER_FINGERPRINT, 'active'), [])).rejects.toMatchObject({
    code: 'identity/mismatch',
  });
  expect(seen).toEqual([said(FINGERPRINT, 'active')]);
});

test('[B7] a description with keys of its own is link/bad-description, and the browser never sees it', async () => {
  const { seen, transport } = newTransport();
  const keys = 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz';
  const sdp = description(section('0', 'audio', keys));
  await expect(transport.answer(sdp, [], [])).rejects.toMatchObject({ code: 'link/bad-description' });
  expect(seen).toEqual([]);
});

test('[B4] an answer that names another link than both sessions make is identity/mismatch', async () => {
  const { seen, transport } = newTransport();
  const signer = signerOf(await Identity.create());
  const near = { signer, persistent: false, roomKeys: () => [] };
  const introduction = new Introduction(near, 'b'.repeat(64) as PeerId);
  const { session: offerSession } = await introduction.offer(transport, []);
  const message: PeerMessageOf<'answer'> = {
    kind: 'answer',
    session: new Uint8Array(16),
    offerSession,
    commitment: new Uint8Array(32),
    revision: 1,
    sdp: said(FINGERPRINT, 'active'),
    plays: [],
  };
  for (const link of [undefined, new Uint8Array(32)]) {
    const envelope = { spki: signer.spki, link, message } as EnvelopeOf<'answer'>;
    await expect(introduction.accept(transport, envelope)).rejects.toMatchObject({
      code: 'identity/mismatch',
    });
  }
  expect(seen).toEqual([]);
});

test('[E1] congestion control begins low where a budget governs, and as browsers do where none does', async () => {
  const said = description(section('0', 'video', 'a=rtpmap:96 VP8/90000', 'a=recvonly'));
  for (const isGoverned of [true, false]) {
    const { seen, transport } = newTransport(isGoverned);
    await transport.answer(said, [], []);
    expect(seen[0]?.includes('a=fmtp:96 x-google-start-bitrate=100')).toBe(isGoverned);
  }
});

test.each(['a=fingerprint:sha-256 AB:CD', 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x', 'a=mid:1'])(
  '[B2] what the browser sees is what was checked: nothing is made into %s by what is taken out of a line',
  async (line) => {
    const { seen, transport } = newTransport(true);
    const hidden = `${line.slice(0, 4)}x-google-min-bitrate=1;${line.slice(4)}`;
    const sdp = description(section('0', 'video', 'a=rtpmap:96 VP8/90000', hidden));
    await transport.answer(sdp, [], []).catch(() => undefined);
    expect(seen.filter((one) => one?.split('\r\n').includes(line))).toEqual([]);
  },
);
