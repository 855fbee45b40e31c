import type { Peer } from '../support/peer.js';
import { connectAll, framesFlow, play, publishCamera, soundFlows } from '../support/scene.js';
import { useStage, type Stage } from '../support/stage.js';
import { until } from '../support/wait.js';
import { describeIn } from '../support/where.js';

/** Two peers play each other and call a handler at each other. */
async function converse(stage: Stage, alice: Peer, bob: Peer): Promise<void> {
  const [aliceId, bobId] = await connectAll(stage, alice, bob);
  await Promise.all([publishCamera(alice), publishCamera(bob)]);
  expect(await Promise.all([play(alice, bobId), play(bob, aliceId)])).toEqual(['playing', 'playing']);
  await Promise.all([
    framesFlow(alice, bob),
    framesFlow(bob, alice),
    soundFlows(alice, bob),
    soundFlows(bob, alice),
  ]);

  for (const peer of [alice, bob]) {
    await peer.evaluate(() => {
      kit.keep.incoming['camera']!.handle('say', (...args) => kit.keep.heard.push(...args));
    });
  }
  for (const peer of [alice, bob]) {
    const outcomes = await peer.evaluate(async (name: string) => {
      const { delivered } = kit.keep.outgoing['camera']!.send('say', `I am ${name}`, [1, 2.5, null]);
      return [...(await delivered).values()];
    }, peer.name);
    expect(outcomes).toEqual(['delivered']);
  }
  const heard = (peer: Peer) => peer.evaluate(() => kit.keep.heard);
  await until(async () => (await heard(alice)).length > 0, { within: 2000, what: 'a message at alice' });
  expect(await heard(alice)).toEqual([`I am ${bob.name}`, [1, 2.5, null]]);
  expect(await heard(bob)).toEqual([`I am ${alice.name}`, [1, 2.5, null]]);
}

describeIn(['chromium', 'firefox'], 'Chromium and Firefox', () => {
  const stage = useStage('chromium', 'firefox');

  it('[C4] see, hear and message each other, in both directions', async () => {
    await converse(
      stage,
      ...(await Promise.all([stage.open('alice', 'chromium'), stage.open('bob', 'firefox')])),
    );
  });
});

describeIn(['chromium'], 'Chromium and Node', () => {
  const stage = useStage('chromium');

  it('[C4] see, hear and message each other, in both directions', async () => {
    await converse(stage, ...(await Promise.all([stage.open('alice'), stage.start('bob')])));
  });
});
