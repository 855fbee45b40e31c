import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { printedBy } from './support/examples.js';
import { complaints, snippetsOf } from './support/snippets.js';

const root = join(__dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const PAGE = 'docs/guide/uplink.md';
const text = read(PAGE);
const snippets = snippetsOf(PAGE);

/** What the examples take for granted, as the page says in words. */
const GIVEN = `
import type { Connection, IncomingStream, PeerId as Id } from '@conclave/core';
import type { joinRoom as join, Room } from '@conclave/mesh';
declare global {
  type PeerId = Id;
  const joinRoom: typeof join, bob: Connection, carol: Connection, room: Room;
  const played: IncomingStream, source: MediaStreamTrack;
  const say: (words: string) => void, nameOf: (id: string) => string;
}
`;

/** The same in one process: a room of alice, who states her uplink, with bob in it, who plays her camera. */
const STAGE = `
import { connect } from '@conclave/core';
import { joinRoom as join } from '@conclave/mesh';
import { createRendezvous } from '@conclave/rendezvous';
import wrtc from '@roamhq/wrtc';

const until = async (isSo) => {
  while (!isSo()) await new Promise((next) => setTimeout(next, 10));
};
const rendezvous = await createRendezvous();
const enter = () => connect(rendezvous.url, { key: 'demo', rtc: wrtc });
const [alice, bob, carol] = await Promise.all([enter(), enter(), enter()]);
const uplink = { capacityBps: 2_000_000 };
const [room, roomOfBob] = await Promise.all([
  join(alice, { room: 'tea', metadata: 'here', uplink }),
  join(bob, { room: 'tea', metadata: 'here' }),
]);
const camerasOf = ({ participants }) => participants.get().flatMap((one) => one.streams.get().get('camera') ?? []);
await until(() => [room, roomOfBob].every((one) => one.health.get().isWhole && camerasOf(one).length > 0));
const [played] = camerasOf(roomOfBob);
await played.ready;
await until(() => room.participants.get()[0].quality.get() !== 'unknown');
const source = new wrtc.nonstandard.RTCVideoSource().createTrack();
`;

/** The plan has followed what bob asked for; how far it has is what alice's listener has said by then. */
const CURTAIN = `
await until(() => room.uplink.get().subscribers[0]?.videos[0]?.height <= 180);
console.log(JSON.stringify(room.capacity.get()));
console.log(room.uplink.get().subscribers[0].farId === bob.nearId, room.uplink.get().audioSafe);
stop();
process.exit(0);
`;

describe(PAGE, () => {
  const found = complaints(snippets, GIVEN);

  it.each(snippets.map(({ code }, at) => [code.split('\n')[0], at] as const))(
    'has an example that compiles as it stands: %s',
    (_line, at) => {
      expect(found[at]).toEqual([]);
    },
  );

  it('[E5] has examples that do what it says, in a room in Node whose uplink is stated', () => {
    const { lines, complaints: said, status } = printedBy(snippets, STAGE, CURTAIN);
    expect(said).toBe('');
    // The plan follows when it does: what alice's listener says of it may come between two other lines.
    const changes = lines.filter((line) => /^(degraded|restored) /.test(line));
    expect(changes).toContain('degraded The picture is smaller: no more was asked for.');
    expect(lines.filter((line) => !changes.includes(line))).toEqual([
      'stated 2000000',
      '1 of 8: maxPeerConnections',
      'no limit',
      'bob 360 uplink',
      'charlie 360 uplink',
      'dave 360 uplink',
      "{ fits: 'degraded', paused: 0, reduced: 3 }",
      "{ fits: 'no', why: 'audio' }",
      'yes',
      'false true undefined',
      'true 0',
      'undefined good',
      '{"now":1,"limit":8,"bound":"maxPeerConnections"}',
      'true true',
    ]);
    expect(status).toBe(0);
  }, 40_000);

  it('says first what is not there', () => {
    expect(/^## (.+)$/m.exec(text)?.[1]).toBe('What is not there');
  });

  it('names every member of what a room shows of its uplink, and every option', () => {
    const membersOf = (path: string, name: string) => {
      const body = read(path).split(`export interface ${name} `)[1]?.split('\n}')[0] ?? '';
      return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm)].map(([, member]) => member ?? '');
    };
    const members = membersOf('packages/mesh/src/uplink/room-uplink.ts', 'UplinkFace');
    const options = membersOf('packages/mesh/src/uplink/uplink-options.ts', 'UplinkOptions');
    expect(members.length).toBeGreaterThan(4);
    expect(options.length).toBeGreaterThan(2);
    for (const member of members) expect(text).toContain(`room.${member}`);
    for (const option of options) expect(text).toMatch(new RegExp(`\\b${option}\\b`, 'u'));
  });

  it('names every way in which a capacity is known, and every reason of a plan', () => {
    const unionOf = (path: string, marker: string) => {
      const line =
        read(path)
          .split('\n')
          .find((one) => one.includes(marker)) ?? '';
      return [...line.matchAll(/'(\w+)'/g)].map(([, word]) => word ?? '');
    };
    const sources = unionOf('packages/mesh/src/logic/uplink/estimate.ts', 'type CapacitySource');
    const reasons = unionOf('packages/mesh/src/logic/uplink/uplink-plan.ts', 'readonly why?');
    const policies = unionOf('packages/mesh/src/uplink/room-policy.ts', 'type WhenFull');
    expect([sources.length, reasons.length, policies.length]).toEqual([4, 3, 3]);
    for (const word of [...sources, ...reasons, ...policies]) expect(text).toContain(`\`${word}\``);
  });

  it('links to what is there, and names benchmarks that there are', () => {
    const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, link]) => link ?? '');
    expect(links.length).toBeGreaterThan(2);
    for (const link of links) expect(existsSync(join(root, dirname(PAGE), link))).toBe(true);
    const benchmarks = [...text.matchAll(/`npm run bench -- ([\w-]+)`/g)].map(([, name]) => name ?? '');
    expect(benchmarks.length).toBeGreaterThan(6);
    for (const name of benchmarks) expect(existsSync(join(root, `bench/${name}/main.mjs`))).toBe(true);
  });
});
