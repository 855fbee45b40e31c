import { once } from 'node:events';

import { openLab } from '@conclave/lab';

import { openAgent } from './support/agent.js';
import { closeLabsAfterEach, openTestLab } from './support/open.js';
import { describeLab } from './support/where.js';

const PORT = 5_000;
const LIMIT_MS = 1_000;
const SILENCE_MS = 300;

describeLab('a host of a lab', () => {
  closeLabsAfterEach();

  async function aliceAndBob() {
    const lab = await openTestLab();
    const [alice, bob] = [await lab.host('alice'), await lab.host('bob')];
    const [near, far] = await Promise.all([openAgent(alice), openAgent(bob)]);
    await Promise.all([near.listen(PORT), far.listen(PORT)]);
    return { lab, alice, near, far, toBob: { address: bob.address, port: PORT, limitMs: LIMIT_MS } };
  }

  it.each([
    ['at once', 0],
    ['after a gap', 150],
  ])('[D5] changes its address %s while programs in it run', async (_how, gapMs) => {
    const { alice, near, far, toBob } = await aliceAndBob();
    const before = alice.address;
    expect((await near.ask(toBob))?.from.address).toBe(before);

    const changing = alice.changeAddress({ gapMs });
    if (gapMs > 0) expect(await near.ask({ ...toBob, limitMs: gapMs / 3 })).toBeUndefined();
    const after = await changing;

    expect(after).not.toBe(before);
    expect(alice.address).toBe(after);
    expect((await near.ask(toBob))?.from.address).toBe(after);
    expect(await far.ask({ address: after, port: PORT, limitMs: LIMIT_MS })).toBeDefined();
    expect(await far.ask({ address: before, port: PORT, limitMs: SILENCE_MS })).toBeUndefined();
  });

  it('[D5] behind a NAT keeps its connections when only the public address changes', async () => {
    const lab = await openTestLab();
    const nat = await lab.nat('home', 'cone');
    const [alice, bob] = [await nat.host('alice'), await lab.host('bob')];
    const [near, far] = await Promise.all([openAgent(alice), openAgent(bob)]);
    await Promise.all([near.listen(PORT), far.listen(PORT)]);
    const toBob = { address: bob.address, port: PORT, limitMs: LIMIT_MS };
    expect((await near.ask(toBob))?.from.address).toBe(nat.address);

    const after = await nat.changeAddress();

    expect((await near.ask(toBob))?.from).toEqual({ address: after, port: PORT });
  });

  it('[D4] has its UDP blocked and let through again, and TCP all the time', async () => {
    const { lab, alice, near, far, toBob } = await aliceAndBob();
    await far.listenTcp(PORT);

    await alice.blockUdp(true);
    expect(await near.ask({ ...toBob, limitMs: SILENCE_MS })).toBeUndefined();
    expect(await far.ask({ address: alice.address, port: PORT, limitMs: SILENCE_MS })).toBeUndefined();
    expect(await near.askTcp(toBob)).toBe('hello');
    expect((await lab.counters()).hosts['alice']).toMatchObject({
      up: { other: { lost: 1 } },
      down: { other: { lost: 1 } },
    });

    await alice.blockUdp(false);
    expect(await near.ask(toBob)).toBeDefined();
  });

  it('[E1] has the device that libwebrtc takes for an ordinary one, and no way to the machine', async () => {
    const lab = await openTestLab();
    const alice = await lab.host('alice');

    const child = alice.run('ip', ['-br', 'addr'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines: string[] = [];
    child.stdout?.on('data', (bytes: Buffer) => lines.push(bytes.toString()));
    await once(child, 'close');

    const devices = lines.join('').trim().split('\n');
    expect(devices.map((line) => line.split(/\s+/)[0])).toEqual(['lo', 'eth0']);
    expect(devices[1]).toContain(`${alice.address}/32`);
  });

  it('[E1] tells how a command in it ended, and passes signals on', async () => {
    const lab = await openTestLab();
    const alice = await lab.host('alice');

    expect(await once(alice.run('sh', ['-c', 'exit 7']), 'close')).toEqual([7, null]);
    const sleeping = alice.run('sleep', ['60']);
    const ended = once(sleeping, 'close');
    sleeping.kill('SIGTERM');
    expect(await ended).toEqual([null, 'SIGTERM']);
    const unknown = alice.run('no-such-program', [], { stdio: ['ignore', 'ignore', 'pipe'] });
    const complaint = once(unknown.stderr!, 'data');
    expect(String(await complaint)).toContain('no-such-program: No such file or directory');
  });

  it('[E1] is not disturbed by the same names and addresses in another lab', async () => {
    const [one, other] = [await aliceAndBob(), await aliceAndBob()];
    expect(one.alice.address).toBe(other.alice.address);

    await Promise.all([one.near.ask(one.toBob), one.near.ask(one.toBob), other.near.ask(other.toBob)]);

    const sent = async ({ lab }: typeof one) => (await lab.counters()).hosts['alice']!.up.other.packets;
    expect([await sent(one), await sent(other)]).toEqual([2, 1]);
    await expect(one.lab.host('alice')).rejects.toThrow('There is a alice already.');
  });

  it('[E1] cannot be used once its lab is closed', async () => {
    const lab = await openLab();
    const alice = await lab.host('alice');
    const sleeping = alice.run('sh', ['-c', 'echo up; exec sleep 60']);
    const ended = once(sleeping, 'close');
    await once(sleeping.stdout!, 'data');

    await lab.close();

    expect(await ended).toEqual([null, 'SIGKILL']);
    await expect(alice.shape('up', { rateBps: 1_000_000 })).rejects.toThrow('The lab has ended.');
    await expect(lab.counters()).rejects.toThrow('The lab has ended.');
  });
});
