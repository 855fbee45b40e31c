import { until } from '../support/wait.js';
import { connectAll, linksOf, play, publish, subscribersOf, untilFrames } from './support/actions.js';
import { useCast } from './support/cast.js';

const cast = useCast('alice', 'bob');

test('[A5] a link outlives its rendezvous: frames go on, and new streams are played over it', async () => {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  const [aliceId, bobId] = await connectAll(cast.url, alice, bob);
  await publish(alice, 'camera', true);
  expect(await play(bob, aliceId!, 'camera')).toBe('playing');
  await untilFrames(bob);
  await cast.rendezvous.close();
  for (const peer of [alice, bob]) {
    await until(() => peer.evaluate(() => kit.keep.connection.state.get().phase === 'reconnecting'), {
      within: 5_000,
      what: `${peer.name} has lost the rendezvous`,
    });
  }
  await untilFrames(bob, 5);
  await publish(alice, 'screen', true);
  expect(await play(bob, aliceId!, 'screen')).toBe('playing'); // more m-lines: an offer and an answer
  await publish(bob, 'back', true);
  expect(await play(alice, bobId!, 'back')).toBe('playing'); // and the other way round
  await untilFrames(alice);
  await bob.evaluate(() => {
    kit.keep.incoming['screen']!.handle('hello', () => undefined);
  });
  const delivered = await alice.evaluate(async () => [
    ...(await kit.keep.outgoing['screen']!.send('hello').delivered).values(),
  ]);
  expect(delivered).toEqual(['delivered']);
  expect(await subscribersOf(alice, 'screen')).toEqual([bobId]);
  expect(await linksOf(bob)).toEqual([aliceId]);
});

test('[A5] strict: losing the rendezvous closes everything', async () => {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  const [aliceId] = await connectAll(cast.url, alice);
  await bob.evaluate((url: string) => kit.connect(url, { strict: true }), cast.url);
  await publish(alice, 'camera');
  expect(await play(bob, aliceId!, 'camera')).toBe('playing');
  await cast.rendezvous.close();
  await until(async () => (await linksOf(bob)).length === 0, { within: 5_000, what: 'no link' });
  expect(await bob.evaluate(() => kit.keep.connection.state.get().phase)).toBe('closed');
  await until(async () => (await subscribersOf(alice, 'camera')).length === 0, {
    within: 5_000,
    what: 'nobody',
  });
});

test('[B2] mayLink false: the caller is told peer/refused, and nothing of ours but that leaves, no address either', async () => {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  const aliceId = await alice.evaluate(
    (url: string) =>
      kit.connect(url, {
        mayLink: (farId) => {
          kit.keep.heard.push(farId);
          return false;
        },
      }),
    cast.url,
  );
  const [bobId] = await connectAll(cast.url, bob);
  await publish(alice, 'camera');
  expect(await play(bob, aliceId, 'camera')).toBe('peer/refused');
  expect(await alice.evaluate(() => kit.keep.heard)).toEqual([bobId]);
  expect(cast.passed.filter(({ from }) => from === aliceId)).toEqual([
    { kind: 'refusal', from: aliceId, to: bobId },
  ]);
  expect(await alice.evaluate(() => witnessed.length)).toBe(0); // no transport was ever made
  expect(cast.passed.some(({ kind, from }) => kind === 'offer' && from === bobId)).toBe(true);
});

test('[B2] a mayLink that throws is a no, and is reported', async () => {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  const aliceId = await alice.evaluate((url: string) => {
    process.once('uncaughtException', (error) => kit.keep.heard.push(error.message));
    return kit.connect(url, {
      mayLink: () => {
        throw new Error('a fault of the application');
      },
    });
  }, cast.url);
  await connectAll(cast.url, bob);
  expect(await play(bob, aliceId, 'camera')).toBe('peer/refused');
  expect(await alice.evaluate(() => kit.keep.heard)).toEqual(['a fault of the application']);
});
