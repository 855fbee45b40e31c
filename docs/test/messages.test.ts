import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { printedBy } from './support/examples.js';
import { complaints, snippetsOf } from './support/snippets.js';

const root = join(__dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const PAGE = 'docs/guide/messages.md';
const text = read(PAGE);
const snippets = snippetsOf(PAGE);

/** What the examples take for granted, as the page says in words. */
const GIVEN = `
import type { Connection, IncomingStream, OutgoingStream } from '@conclave/core';
import type { Room } from '@conclave/mesh';
import type { ReactElement } from 'react';
declare global {
  const alice: Connection, bob: Connection, carol: Connection;
  const chat: OutgoingStream, played: IncomingStream, room: Room;
  const Button: (props: { readonly says: string; readonly does: () => void }) => ReactElement;
}
`;

/** The same in one process: alice and bob, and a room of carol with somebody else in it. */
const STAGE = `
import { connect } from '@conclave/core';
import { joinRoom } from '@conclave/mesh';
import { createRendezvous } from '@conclave/rendezvous';
import wrtc from '@roamhq/wrtc';

const rendezvous = await createRendezvous();
const enter = () => connect(rendezvous.url, { key: 'demo', rtc: wrtc });
const [alice, bob, carol, dave] = await Promise.all([enter(), enter(), enter(), enter()]);
const join = (connection) => joinRoom(connection, { room: 'tea', metadata: 'here' });
const [room, roomOfDave] = await Promise.all([join(carol), join(dave)]);
const isReady = (other) => other?.state.get().phase === 'present' && other.metadata.get();
const areReady = () => [room, roomOfDave].every(({ participants }) => isReady(participants.get()[0]));
while (!areReady()) await new Promise((next) => setTimeout(next, 10));
roomOfDave.handle('say', (from, words) => console.log('dave heard', from.id === carol.nearId, words));
roomOfDave.respond('name', () => 'Dave');
roomOfDave.onFile((_from, offer) => void offer.accept());
`;

/** What the last example has made, and the end: what was said before it has been heard when this is. */
const CURTAIN = `
console.log([...names.values()][0].value, [...(await shared.finished).values()][0].phase);
await room.send('say', 'Good-bye').delivered;
process.exit(0);
`;

/** What the examples print, in whatever order the two ends come to it. */
const PRINTED = [
  'heard Hello, everybody',
  'delivered',
  'heard Hello, you',
  'heard one',
  'heard two',
  'heard three',
  'the kettle boils true',
  "[ 'not-sent' ]",
  '7',
  '42',
  'data/timeout',
  '15 of 15',
  'tea.txt black, no sugar',
  'done',
  'dave heard true Hello',
  'dave heard true Hello, you',
  'dave heard true Good-bye',
  'Dave done',
];

describe(PAGE, () => {
  const found = complaints(snippets, GIVEN);

  it.each(snippets.map(({ code }, at) => [code.split('\n')[0], at] as const))(
    'has an example that compiles as it stands: %s',
    (_line, at) => {
      expect(found[at]).toEqual([]);
    },
  );

  it('has examples that do what it says, between peers in Node', () => {
    const { lines, complaints: said, status } = printedBy(snippets, STAGE, CURTAIN);
    expect(said).toBe('');
    expect(lines.filter((line) => line !== 'heard Now or never').sort()).toEqual([...PRINTED].sort());
    expect(status).toBe(0);
  }, 40_000);

  it('says first what is not there', () => {
    expect(/^## (.+)$/m.exec(text)?.[1]).toBe('What is not there');
  });

  it('names every code of data and files, and no other than there are', () => {
    const codes = [...read('packages/protocol/src/codes.ts').matchAll(/^ {2}'([\w-]+\/[\w-]+)':/gm)].map(
      ([, code]) => code,
    );
    const said = [...text.matchAll(/`((?:data|file|usage|stream|peer)\/[a-z-]+)`/g)].map(([, code]) => code);
    expect(codes).toEqual(expect.arrayContaining(said));
    expect(said).toEqual(expect.arrayContaining(codes.filter((code) => /^(data|file)\//.test(code ?? ''))));
  });
});
