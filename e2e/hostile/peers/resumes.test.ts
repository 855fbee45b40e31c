import { until } from '../../support/wait.js';
import {
  aliceListens,
  bobPlaysMallory,
  heapOf,
  linkToBob,
  malloryPlaysBob,
  outcomesOf,
  sendToMallory,
} from './support/actions.js';
import { useSiege } from './support/siege.js';

const siege = useSiege();
type Link = InstanceType<typeof hostile.HostileLink>;

const heard = () => siege.bob.evaluate(() => kit.keep.heard);
const untilHeard = (...expected: unknown[][]) =>
  until(async () => (await heard()).length >= expected.length, {
    within: 3_000,
    what: 'what she called',
  }).then(async () => expect(await heard()).toEqual(expected));

test('[B9] messages and acks before her first resume are refused, each, and the first one after it is heard', async () => {
  const perform = async (link: Link, request: number) => {
    await link.prove({ resumes: false });
    link.say({ t: 'granted', request });
    for (let left = 20; left > 0; left -= 1) {
      link.call(request, 'say', 'too early');
      link.ack(7);
    }
    link.counter = 0;
    link.resume();
    link.call(request, 'say', 'in time');
  };
  expect(await siege.undisturbed(() => bobPlaysMallory(siege, { perform }))).toBe('playing');
  await siege.refused('link/bad-frame', 40);
  await untilHeard(['in time']);
});

test('[B9] every other resume on a link is refused, 5,000 of them, whatever they say: nothing is called twice, nothing is kept', async () => {
  expect(await bobPlaysMallory(siege)).toBe('playing');
  const settled = await heapOf(siege.bob);
  await siege.undisturbed(() =>
    siege.mallory.evaluate(async () => {
      const link = hostile.keep['link'] as Link;
      const { request } = link.farPlays[0]!;
      link.call(request, 'say', 'once');
      const verdicts = Array.from({ length: 1_024 }, (_, at) => ({ counter: at, is: 'waits' as const }));
      for (let left = 5_000; left > 0; left -= 1) {
        const far = hostile.randomBytes(8);
        if (left % 3 === 0) link.resume();
        else if (left % 3 === 1) link.resume({ near: hostile.randomBytes(8), far });
        else link.resume({ far, counter: Number.MAX_SAFE_INTEGER, verdicts: verdicts.slice(left % 1_000) });
        if (left % 25 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      }
      link.counter = 0;
      link.call(request, 'say', 'once');
      link.call(request, 'say', 'and on');
    }),
  );
  await siege.refused('link/bad-frame', 5_000);
  await untilHeard(['once'], ['and on']);
  await settled();
});

test('[C9] a resume that claims what was never sent settles what was sent to who says it, and nothing of others', async () => {
  await aliceListens(siege);
  const malloryId = await malloryPlaysBob(siege);
  await sendToMallory(siege, 300, malloryId);
  const claimed = await siege.undisturbed(() =>
    siege.mallory.evaluate(async () => {
      const before = hostile.keep['link'] as Link;
      await hostile.until(() => before.said.length > 250); // all that may be on its way
      const [resume] = before.said;
      if (resume?.type !== 'resume') throw new Error('no resume');
      const link = await before.again();
      const [counter, said] = [Number.MAX_SAFE_INTEGER, { is: 'waits' as const, counter: 1e9 }];
      link.resume({ far: resume.near, counter, verdicts: [said] });
      link.say({ t: 'play', play: { request: 1, stream: 'camera' } });
      hostile.keep['link'] = link;
      await hostile.until(() => link.said.length > 50);
      return link.said.flatMap((frame) => (frame.type === 'message' ? frame.counter : []));
    }),
  );
  expect(claimed).toEqual(Array.from({ length: 50 }, (_, at) => 251 + at));
  expect(await outcomesOf(siege)).toEqual({ delivered: 250 });
  await siege.bob.evaluate(() => kit.keep.outgoing['camera']!.send('say', 'to all').accepted);
  await until(() => siege.alice.evaluate(() => kit.keep.heard.includes('to all')), {
    within: 3_000,
    what: 'alice hears it',
  });
});

test('[B9] who resumes the conversation of somebody else hears nothing of it, and does not disturb it', async () => {
  const malloryId = await malloryPlaysBob(siege);
  await sendToMallory(siege, 5, malloryId);
  await siege.mallory.evaluate(async () => {
    const link = hostile.keep['link'] as Link;
    await hostile.until(() => link.said.length > 5);
    hostile.keep['first'] = link;
  });
  const before = await siege.ledger();
  await linkToBob(siege); // as somebody else, who resumes nothing yet
  const told = await siege.undisturbed(() =>
    siege.mallory.evaluate(async () => {
      const [first, other] = [hostile.keep['first'], hostile.keep['link']] as [Link, Link];
      const [resume] = first.said;
      if (resume?.type !== 'resume') throw new Error('no resume');
      const thief = await other.again();
      thief.resume({ near: first.near, far: resume.near, counter: 0 });
      thief.say({ t: 'play', play: { request: 1, stream: 'camera' } });
      await hostile.until(() => thief.heard.some(({ t }) => t === 'granted'));
      thief.ack(5);
      first.ack(3);
      await new Promise((resolve) => setTimeout(resolve, 300));
      return [thief.said.filter(({ type }) => type !== 'resume'), first.isOver];
    }),
  );
  expect(told).toEqual([[], false]);
  await until(async () => (await outcomesOf(siege))['delivered'] === 3, {
    within: 3_000,
    what: 'her own ack',
  });
  expect((await siege.ledger()).refused).toEqual(before.refused);
});

test('[C9] who comes by link after link and never acknowledges is told the same again on each, and no more; alice has hers once', async () => {
  const LINKS = 6;
  await aliceListens(siege);
  const malloryId = await malloryPlaysBob(siege);
  const settled = await heapOf(siege.bob);
  await sendToMallory(siege, 200, malloryId, 2_000);
  const told = await siege.undisturbed(() =>
    siege.mallory.evaluate(async (links: number) => {
      const rounds: number[][] = [];
      for (let round = 0; round < links; round += 1) {
        const before = hostile.keep['link'] as Link;
        await hostile.until(() => before.said.length > 200);
        const said = before.said.flatMap((frame) => (frame.type === 'message' ? frame.counter : []));
        const [resume] = before.said;
        rounds.push(said);
        const link = await before.again();
        if (resume?.type === 'resume') link.resume({ far: resume.near });
        link.say({ t: 'play', play: { request: 1, stream: 'camera' } });
        await hostile.until(() => link.heard.some(({ t }) => t === 'granted'));
        hostile.keep['link'] = link;
      }
      (hostile.keep['link'] as Link).ack(200);
      return rounds;
    }, LINKS),
  );
  const once = Array.from({ length: 200 }, (_, at) => at + 1);
  expect(told).toEqual(Array.from({ length: LINKS }, () => once));
  await until(async () => (await outcomesOf(siege))['delivered'] === 200, {
    within: 3_000,
    what: 'all settled',
  });
  await siege.bob.evaluate(() => kit.keep.outgoing['camera']!.send('say', 'to all').accepted);
  await until(() => siege.alice.evaluate(() => kit.keep.heard.length > 0), { within: 3_000, what: 'alice' });
  expect(await siege.alice.evaluate(() => kit.keep.heard)).toEqual(['to all']);
  await settled();
});

test('[C9] who says the same messages again on link after link has each of them heard once', async () => {
  expect(await bobPlaysMallory(siege, { media: false })).toBe('playing');
  await siege.undisturbed(() =>
    siege.mallory.evaluate(async () => {
      const first = hostile.keep['link'] as Link;
      const { request } = first.farPlays[0]!;
      let link = first;
      for (let round = 0; round < 5; round += 1) {
        link.counter = 0;
        for (let index = 1; index <= 20; index += 1) link.call(request, 'say', index);
        const taken = () => link.said.some((one) => one.type === 'ack' && one.counter >= 20);
        await hostile.until(taken);
        link = await link.again();
        link.resume();
        link.say({ t: 'granted', request });
      }
      link.call(request, 'say', 'the end');
    }),
  );
  await untilHeard(...Array.from({ length: 20 }, (_, at) => [at + 1]), ['the end']);
});
