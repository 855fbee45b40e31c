import { sumOf, type TrafficClass } from '@conclave/lab';

import { openAgent } from './support/agent.js';
import { closeLabsAfterEach, openTestLab } from './support/open.js';
import { until } from './support/until.js';
import { describeLab } from './support/where.js';

/** How datagrams of each class begin (RFC 7983, section 7), and a count that tells them apart. */
const samples: readonly [name: string, TrafficClass, head: string, count: number][] = [
  ['RTP of Chromium’s Opus', 'audio', '806f', 1],
  ['RTP of Firefox’s Opus, marked', 'audio', '80ed', 2],
  ['RTP of VP8', 'video', '8060', 3],
  ['RTCP: a sender report', 'rtcp', '80c8', 4],
  ['RTCP: feedback on transport', 'rtcp', '8fcd', 5],
  ['DTLS application data', 'data', '17fefd', 6],
  ['a STUN binding request', 'stun', '0001', 7],
  ['Opus in TURN ChannelData', 'audio', '40000058806f', 8],
  ['DTLS in TURN ChannelData', 'data', '4000005817fefd', 9],
  ['anything else', 'other', 'ff', 10],
];

describeLab('the counters of a lab', () => {
  closeLabsAfterEach();

  it.each(samples)('[E1] know %s for %s', async (_name, expected, head, count) => {
    const lab = await openTestLab();
    const [alice, bob] = [await lab.host('alice'), await lab.host('bob')];
    const agent = await openAgent(alice);
    for (let i = 0; i < count; i++)
      await agent.sendOne({ address: bob.address, port: 5_000, head, bytes: 120 });

    const hosts = async () => (await lab.counters()).hosts;
    await until(async () => sumOf((await hosts())['bob']!.down).packets === count, 1_000);

    for (const direction of [(await hosts())['alice']!.up, (await hosts())['bob']!.down]) {
      expect(direction[expected]).toMatchObject({ packets: count, bytes: count * 120, dropped: 0, lost: 0 });
      expect(sumOf(direction).packets).toBe(count);
    }
  });
});
