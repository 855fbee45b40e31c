import type { PeerProcess } from '../../support/peer-process.js';
import { until } from '../../support/wait.js';
import { join, sees, useRoomScene } from './room-scene.js';

const NAMES = ['alice', 'bob', 'charlie', 'dora', 'erik'];
/** Rounds of comings and goings: the next begins as soon as the acts of one are done, whoever is being linked then. */
const ROUNDS = 6;

describe('a room of Node peers who come and go', () => {
  const scene = useRoomScene();

  /** Numbers that look random and are the same for the same seed. */
  const randomOf = (seed: number) => {
    let state = seed;
    return (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
  };

  it.each([1, 2])(
    '[E8] joins, leaves and kills at random end in the same list everywhere (seed %i)',
    async (seed) => {
      const random = randomOf(seed);
      const peers = new Map<string, PeerProcess>();
      const inside = new Set<string>();
      const done: string[] = [];

      const enter = async (name: string) => {
        const peer = peers.get(name) ?? (await scene.start(name));
        peers.set(name, peer);
        expect(await join(peer)).toBe('joined');
      };
      const act = async (name: string) => {
        const what = !inside.has(name) ? 'joins' : random(3) === 0 ? 'is killed' : 'leaves';
        done.push(`${name} ${what}`);
        if (what === 'joins') {
          inside.add(name);
          return enter(name);
        }
        inside.delete(name);
        const peer = peers.get(name)!;
        if (what === 'leaves') return peer.evaluate(() => kit.keep.room.leave());
        peers.delete(name); // who comes back has another process, and is somebody else
        return peer.kill();
      };

      await Promise.all(NAMES.map(act));
      for (let round = 0; round < ROUNDS; round++) {
        const acting = new Set(Array.from({ length: 2 }, () => NAMES[random(NAMES.length)]!));
        await Promise.all([...acting].map(act));
      }
      const outside = NAMES.filter((name) => !inside.has(name));
      await Promise.all(outside.slice(0, Math.max(0, 3 - inside.size)).map(act)); // two are too few to differ

      const expected = [...inside].sort();
      try {
        for (const name of inside) {
          const others = expected.filter((other) => other !== name).join(' ');
          await sees(peers.get(name)!, others, 20_000);
        }
        for (const name of inside) {
          const whole = () => peers.get(name)!.evaluate(() => kit.keep.room.health.get().isWhole);
          await until(whole, { within: 10_000, what: `the room is whole for ${name}` });
        }
      } catch (error) {
        throw new Error(`after ${done.join(', ')}`, { cause: error });
      }
      const lists = await Promise.all(
        expected.map(async (name) => {
          const ids = await peers.get(name)!.evaluate(() => {
            const { room } = kit.keep;
            return [room.nearId, ...room.participants.get().map(({ id }) => id)];
          });
          return ids.sort().join();
        }),
      );
      expect(new Set(lists).size).toBe(1);
    },
  );
});
