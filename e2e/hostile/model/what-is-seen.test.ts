import { until } from '../../support/wait.js';
import { sdpOf, takeApart } from '../support/envelopes.js';
import { messageFrom, untilMessage } from '../support/honest.js';
import { roomCall } from '../support/honest-room.js';
import { useHostileCast } from '../support/hostile-cast.js';

const cast = useHostileCast('alice', 'bob');

/** Everything that the rendezvous was handed to pass on, as text. */
const tapeOf = () => Buffer.concat(cast.rendezvous.tape.map(({ envelope }) => envelope)).toString('latin1');

test('[B2] a rendezvous reads who calls whom, from which addresses, and by which names their room and streams go', async () => {
  const call = await roomCall(cast);
  const pairs = cast.rendezvous.tape.map(({ from, to }) => `${from} ${to}`);
  expect(new Set(pairs)).toEqual(new Set([`${call.aliceId} ${call.bobId}`, `${call.bobId} ${call.aliceId}`]));
  for (const peerId of [call.aliceId, call.bobId]) {
    const said = cast.rendezvous.tape.filter(({ from }) => from === peerId);
    const bodies = JSON.stringify(said.map(({ envelope }) => takeApart(envelope).content.body));
    expect(bodies).toMatch(/candidate:\S+ 1 udp \d+ [\d.]+ \d+ typ host/);
  }
  expect(tapeOf()).toContain('room/garden/camera');
  // Of the two ICE passwords of a link it reads one: with both it could lead the packets of the call away.
  const passwordsIn = (kind: string) =>
    cast.rendezvous.tape
      .filter((one) => one.kind === kind)
      .flatMap(({ envelope }) => [...sdpOf(takeApart(envelope)).matchAll(/^a=ice-pwd:(.*?)\r?$/gm)])
      .map(([, password]) => password);
  expect(passwordsIn('offer')).toEqual(expect.arrayContaining([expect.stringMatching(/./)]));
  expect(new Set(passwordsIn('answer'))).toEqual(new Set(['']));
});

test('[A8] a rendezvous reads what is said through it, and nothing of what is said over a link', async () => {
  const call = await roomCall(cast, { metadata: { name: 'told over the link only' } });
  expect(await messageFrom(call.alice, call.bobId, 'told through the rendezvous')).toBe('passed on');
  await untilMessage(call.bob, 'told through the rendezvous');

  await call.bob.evaluate(() => {
    kit.keep.room.handle('chat', (from, text) => kit.keep.heard.push([from.metadata.get(), text]));
  });
  await call.alice.evaluate(() => void kit.keep.room.send('chat', 'said over the link only'));
  const heard = () => call.bob.evaluate(() => JSON.stringify(kit.keep.heard));
  await until(async () => (await heard()).includes('said over'), { within: 5_000, what: 'bob hears alice' });
  expect(await heard()).toContain('told over the link only'); // by then her name has come, too

  expect(tapeOf()).toContain('told through the rendezvous');
  expect(tapeOf()).not.toContain('over the link only');
});
