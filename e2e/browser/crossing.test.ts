import type { Peer } from '../support/peer.js';
import { connectAll, framesFlow, play, publishCamera, soundFlows } from '../support/scene.js';
import { useStage, type Stage } from '../support/stage.js';
import { until } from '../support/wait.js';
import { describeIn } from '../support/where.js';

/** Two peers play each other, the first named first, and call a handler at each other. */
async function converse(stage: Stage, alice: Peer, bob: Peer, together = false): Promise<void> {
  const [aliceId, bobId] = await connectAll(stage, alice, bob);
  await Promise.all([publishCamera(alice), publishCamera(bob)]);
  const first = play(alice, bobId);
  if (!together) expect(await first).toBe('playing'); // the other one then plays on the link that this one opened
  expect(await Promise.all([first, play(bob, aliceId)])).toEqual(['playing', 'playing']);
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
  const openBoth = () => Promise.all([stage.open('alice', 'chromium'), stage.open('bob', 'firefox')]);

  it('[C4] see, hear and message each other in both directions, Chromium first', async () => {
    const [alice, bob] = await openBoth();
    await converse(stage, alice, bob);
  });

  it('[C4] see, hear and message each other in both directions, Firefox first', async () => {
    const [alice, bob] = await openBoth();
    await converse(stage, bob, alice);
  });

  it('[C4] see, hear and message each other in both directions, both at once', async () => {
    const [alice, bob] = await openBoth();
    await converse(stage, alice, bob, true);
  });
});

describeIn(['chromium'], 'Chromium and Node', () => {
  const stage = useStage('chromium');
  const openBoth = () => Promise.all([stage.open('alice'), stage.start('bob')]);

  it('[C4] see, hear and message each other in both directions, Chromium first', async () => {
    const [alice, bob] = await openBoth();
    await converse(stage, alice, bob);
  });

  it('[C4] see, hear and message each other in both directions, Node first', async () => {
    const [alice, bob] = await openBoth();
    await converse(stage, bob, alice);
  });
});
