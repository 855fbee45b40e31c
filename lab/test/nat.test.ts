import type { Lab, NatKind } from '@conclave/lab';

import { openAgent } from './support/agent.js';
import { closeLabsAfterEach, openTestLab } from './support/open.js';
import { describeLab } from './support/where.js';

const PORT = 5_000;
const LIMIT_MS = 1_000;
/** What does not come: waited for as long as any answer here takes, several times over. */
const SILENCE_MS = 300;

describeLab('a NAT of a lab', () => {
  closeLabsAfterEach();

  /** Alice behind a NAT, bob and charlie on the internet; all answer. */
  async function behind(lab: Lab, kind: NatKind) {
    const nat = await lab.nat('home', kind);
    const hosts = [await nat.host('alice'), await lab.host('bob'), await lab.host('charlie')] as const;
    const agents = await Promise.all([openAgent(hosts[0]), openAgent(hosts[1]), openAgent(hosts[2])]);
    await Promise.all(agents.map((agent) => agent.listen(PORT)));
    const [, toBob, toCharlie] = hosts.map(({ address }) => ({ address, port: PORT, limitMs: LIMIT_MS }));
    return { nat, hosts, agents, toBob: toBob!, toCharlie: toCharlie! };
  }

  it('[D3] of kind cone is seen at one port by everybody', async () => {
    const { nat, hosts, agents, toBob, toCharlie } = await behind(await openTestLab(), 'cone');
    const [alice] = agents;

    const seen = [(await alice.ask(toBob))?.from, (await alice.ask(toCharlie))?.from];

    expect(seen).toEqual([
      { address: nat.address, port: PORT },
      { address: nat.address, port: PORT },
    ]);
    expect(hosts[0].address).toMatch(/^192[.]168[.]/);
  });

  it('[D3] of kind cone stays one when somebody knocks before it has sent', async () => {
    const { nat, agents, toBob, toCharlie } = await behind(await openTestLab(), 'cone');
    const [alice, bob] = agents;
    expect(await bob.ask({ address: nat.address, port: PORT, limitMs: SILENCE_MS })).toBeUndefined();

    const seen = [(await alice.ask(toCharlie))?.from.port, (await alice.ask(toBob))?.from.port];

    expect(seen).toEqual([PORT, PORT]);
    expect(await bob.ask({ address: nat.address, port: PORT, limitMs: LIMIT_MS })).toBeDefined();
  });

  it('[D3] of kind symmetric is seen at another port by each', async () => {
    const { nat, agents, toBob, toCharlie } = await behind(await openTestLab(), 'symmetric');
    const [alice] = agents;

    const seen = [(await alice.ask(toBob))?.from, (await alice.ask(toCharlie))?.from];

    expect(seen.map((from) => from?.address)).toEqual([nat.address, nat.address]);
    expect(new Set([PORT, ...seen.map((from) => from?.port)]).size).toBe(3);
  });

  it.each(['cone', 'symmetric'] as const)(
    '[D3] of kind %s lets nobody in who was not sent to',
    async (kind) => {
      const { agents, toBob } = await behind(await openTestLab(), kind);
      const [alice, bob, charlie] = agents;
      const from = (await alice.ask(toBob))?.from;

      expect(await bob.ask({ ...from!, limitMs: LIMIT_MS })).toBeDefined();
      expect(await charlie.ask({ ...from!, limitMs: SILENCE_MS })).toBeUndefined();
    },
  );

  it('[D3] of kind udp-blocked lets TCP through and no UDP', async () => {
    const { agents, toBob } = await behind(await openTestLab(), 'udp-blocked');
    const [alice, bob] = agents;
    await bob.listenTcp(PORT);

    expect(await alice.ask({ ...toBob, limitMs: SILENCE_MS })).toBeUndefined();
    expect(await alice.askTcp(toBob)).toBe('hello');
  });

  it('[D3] joins those behind it directly, each with a path of its own', async () => {
    const lab = await openTestLab();
    const nat = await lab.nat('home', 'symmetric', { up: { delayMs: 200 } });
    const hosts = [await nat.host('alice', { up: { delayMs: 10 } }), await nat.host('bob')] as const;
    const [alice, bob] = await Promise.all([openAgent(hosts[0]), openAgent(hosts[1])]);
    await bob.listen(PORT);

    const answer = await alice.ask({ address: hosts[1].address, port: PORT, limitMs: LIMIT_MS });

    expect(answer?.from.address).toBe(hosts[0].address);
    expect(answer?.rttMs).toBeGreaterThanOrEqual(10);
    expect(answer?.rttMs).toBeLessThan(200);
  });
});
