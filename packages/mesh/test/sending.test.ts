import { ConclaveError, type ErrorCode, type Value } from '@conclave/core';

import { Sending } from '../src/sending.js';
import { fakeControl, FakePeer, idOf } from './support/fake-streams.js';

const [bobId, charlieId, doraId] = [idOf('bob'), idOf('charlie'), idOf('dora')];

/** A room in which bob and charlie are present; `also` play the control stream, but do not stand with this end. */
function room({ also = [] as readonly FakePeer[], isLeft = false } = {}) {
  const [bob, charlie] = [new FakePeer('bob'), new FakePeer('charlie')];
  const present = [bob, charlie];
  const control = fakeControl(...present, ...also);
  const all = [...present, ...also];
  const sending = new Sending({
    control: control.stream,
    linked: () => present.map(({ farId }) => farId),
    grantedTo: (farId) => all.find((peer) => peer.farId === farId)?.stream,
    mustBeJoined: () => {
      if (isLeft) throw new ConclaveError('usage/closed');
    },
  });
  return { bob, charlie, present, control, sending };
}

const coded = (code: ErrorCode) => expect.objectContaining({ code });
const delivered = async (sent: { readonly delivered: Promise<unknown> }) => sent.delivered;

describe('a message to everybody present', () => {
  it('[C9] is sent by the stream, which keeps step, where its subscribers are those who are present', async () => {
    const { sending, control, bob, charlie } = room();
    const sent = sending.send('chat', ['hello']);
    expect(await delivered(sent)).toEqual(
      new Map([
        [bobId, 'delivered'],
        [charlieId, 'delivered'],
      ]),
    );
    expect(control.toAll).toEqual([['app:chat', 'hello']]);
    expect([bob.heard, charlie.heard]).toEqual([[['app:chat', 'hello']], [['app:chat', 'hello']]]);
  });

  it('[C9] goes to nobody with whom this end does not stand', async () => {
    const dora = new FakePeer('dora');
    const { sending, control } = room({ also: [dora] });
    const outcomes = await delivered(sending.send('chat', ['hello']));
    expect([...(outcomes as Map<unknown, unknown>).keys()]).toEqual([bobId, charlieId]);
    expect(dora.heard).toEqual([]);
    expect(control.toAll).toEqual([]);
  });

  it('[C9] is held up by nobody who is too far behind: that one is closed, so that no gap opens', async () => {
    const { sending, bob, charlie } = room({ also: [new FakePeer('dora')] });
    bob.hasRoom = false;
    const sent = sending.send('chat', ['hello']);
    expect(await delivered(sent)).toEqual(
      new Map([
        [bobId, 'not-sent'],
        [charlieId, 'delivered'],
      ]),
    );
    expect(bob.state.get().phase).toBe('closed');
    charlie.accept();
    await sent.accepted;
    expect(charlie.state.get().phase).toBe('playing');
  });

  it('[C9] throws only where nobody can take it, and closes nobody then', () => {
    const { sending, present } = room({ also: [new FakePeer('dora')] });
    for (const peer of present) peer.hasRoom = false;
    expect(() => sending.send('chat', ['hello'])).toThrow(coded('data/congested'));
    expect(present.map(({ state }) => state.get().phase)).toEqual(['playing', 'playing']);
  });

  it('[C9] says not-sent of who has just gone, and reaches one whose link is being replaced', async () => {
    const { sending, bob, charlie } = room();
    bob.end('stream/unsubscribed');
    charlie.state.set({ phase: 'interrupted' });
    expect(await delivered(sending.send('chat', ['hello']))).toEqual(
      new Map([
        [bobId, 'not-sent'],
        [charlieId, 'delivered'],
      ]),
    );
  });

  it('[C9] is refused for what is wrong with it, with nobody present too', async () => {
    const { sending, present } = room({ also: [new FakePeer('dora')] });
    present.length = 0;
    expect(() => sending.send('chat', ['x'.repeat(70_000)])).toThrow(coded('data/too-large'));
    expect(() => sending.send('chat', [(() => 1) as unknown as Value])).toThrow(
      coded('data/unsupported-value'),
    );
    expect(() => sending.send('', [])).toThrow(coded('usage/invalid-argument'));
    const sent = sending.send('chat', ['nobody here']);
    await sent.accepted;
    expect(await delivered(sent)).toEqual(new Map());
  });
});

describe('a message to one', () => {
  it('[C9] reaches nobody else, and has not-sent where that one is not present', async () => {
    const dora = new FakePeer('dora');
    const { sending, bob } = room({ also: [dora] });
    expect(await delivered(sending.send('chat', ['hello'], charlieId))).toEqual(
      new Map([[charlieId, 'delivered']]),
    );
    expect(await delivered(sending.send('chat', ['hello'], doraId))).toEqual(new Map([[doraId, 'not-sent']]));
    expect([bob.heard, dora.heard]).toEqual([[], []]);
  });

  it('[C9] is not taken while that one is too far behind, who stays', () => {
    const { sending, bob } = room();
    bob.hasRoom = false;
    expect(() => sending.send('chat', ['hello'], bobId)).toThrow(coded('data/congested'));
    expect(bob.state.get().phase).toBe('playing');
  });
});

describe('a question', () => {
  it('[C9] to everybody has an answer of each, or why there is none', async () => {
    const { sending, bob, charlie } = room();
    bob.answer = async (handler, [question]) => `${handler} ${question as string}`;
    charlie.answer = async () => {
      throw new ConclaveError('peer/lost');
    };
    expect(await sending.requestAll('name', ['?'])).toEqual(
      new Map([
        [bobId, { outcome: 'answered', value: 'app:name ?' }],
        [charlieId, { outcome: 'failed', code: 'peer/lost' }],
      ]),
    );
  });

  it('[C9] to everybody goes to those who are present when it is asked, and counts who has just gone', async () => {
    const dora = new FakePeer('dora');
    const asked: string[] = [];
    dora.answer = async () => asked.push('dora');
    const { sending, bob } = room({ also: [dora] });
    bob.end('stream/unsubscribed');
    expect(await sending.requestAll('name', [])).toEqual(
      new Map([
        [bobId, { outcome: 'failed', code: 'peer/unreachable' }],
        [charlieId, { outcome: 'answered', value: null }],
      ]),
    );
    expect(asked).toEqual([]);
  });

  it('[C9] that nobody can be asked is rejected, with nobody present too', async () => {
    const { sending, present, bob } = room();
    bob.answer = async () => {
      throw new ConclaveError('usage/invalid-argument');
    };
    await expect(sending.requestAll('name', [])).rejects.toEqual(coded('usage/invalid-argument'));
    present.length = 0;
    await expect(sending.requestAll('', [])).rejects.toEqual(coded('usage/invalid-argument'));
    await expect(sending.requestAll('name', ['x'.repeat(70_000)])).rejects.toEqual(coded('data/too-large'));
    expect(await sending.requestAll('name', [])).toEqual(new Map());
  });

  it('[C9] to one rejects with what went wrong there, and with peer/unreachable where that one is not present', async () => {
    const { sending, bob } = room({ also: [new FakePeer('dora')] });
    bob.answer = async () => {
      throw new ConclaveError('data/responder-failed');
    };
    await expect(sending.request(bobId, 'name', [])).rejects.toEqual(coded('data/responder-failed'));
    await expect(sending.request(doraId, 'name', [])).rejects.toEqual(coded('peer/unreachable'));
    expect(await sending.request(charlieId, 'name', [])).toBeNull();
  });
});

describe('a file', () => {
  const file = new File(['tea'], 'tea.txt', { type: 'text/plain' });

  it('[C16] to everybody is the one transfer of the stream where its subscribers are those who are present', () => {
    const { sending, bob } = room();
    expect(sending.sendFile(file).name).toBe('of the stream');
    expect(bob.files).toEqual([]);
  });

  it('[C16] to those who are present only is one transfer, with the state of each', async () => {
    const dora = new FakePeer('dora');
    const { sending, bob, charlie } = room({ also: [dora] });
    const transfer = sending.sendFile(file);
    expect(transfer).toMatchObject({ name: 'tea.txt', type: 'text/plain', size: 3 });
    const before = transfer.peers.get();
    expect(before).toEqual(
      new Map([
        [bobId, { phase: 'offered' }],
        [charlieId, { phase: 'offered' }],
      ]),
    );
    expect(transfer.peers.get()).toBe(before);
    let changes = 0;
    transfer.peers.subscribe(() => (changes += 1));
    bob.files[0]!.states.set({ phase: 'moving', bytes: 2 });
    expect(transfer.peers.get().get(bobId)).toEqual({ phase: 'moving', bytes: 2 });
    expect(changes).toBe(1);
    bob.files[0]!.states.set({ phase: 'done' });
    charlie.files[0]!.states.set({ phase: 'failed', code: 'file/refused' });
    const end = new Map<string, unknown>([
      [bobId, { phase: 'done' }],
      [charlieId, { phase: 'failed', code: 'file/refused' }],
    ]);
    expect(await transfer.finished).toEqual(end);
    expect(transfer.peers.get()).toEqual(end);
    expect(dora.files).toEqual([]);
  });

  it('[C16] that is taken back is taken back from everybody', () => {
    const { sending, bob, charlie } = room({ also: [new FakePeer('dora')] });
    sending.sendFile(file).cancel();
    expect([...bob.files, ...charlie.files].map(({ cancelled }) => cancelled)).toEqual([true, true]);
  });

  it('[C16] with nobody present has finished at once, with nobody', async () => {
    const { sending, present } = room({ also: [new FakePeer('dora')] });
    present.length = 0;
    const transfer = sending.sendFile(file, { name: 'other.txt' });
    expect(transfer.name).toBe('other.txt');
    expect(await transfer.finished).toEqual(new Map());
  });

  it('[C16] to one goes to nobody else, and fails with a code where that one is not present', async () => {
    const dora = new FakePeer('dora');
    const { sending, bob, charlie } = room({ also: [dora] });
    sending.sendFile(file, {}, bobId);
    expect([bob, charlie, dora].map(({ files }) => files.length)).toEqual([1, 0, 0]);
    expect(await sending.sendFile(file, {}, doraId).finished).toEqual(
      new Map([[doraId, { phase: 'failed', code: 'peer/unreachable' }]]),
    );
  });
});

test('[C9] nothing is sent, asked or offered in a room that was left', async () => {
  const { sending } = room({ isLeft: true });
  const closed = coded('usage/closed');
  expect(() => sending.send('chat', [])).toThrow(closed);
  expect(() => sending.send('chat', [], bobId)).toThrow(closed);
  expect(() => sending.sendFile(new Blob([]))).toThrow(closed);
  await expect(sending.request(bobId, 'name', [])).rejects.toEqual(closed);
  await expect(sending.requestAll('name', [])).rejects.toEqual(closed);
});
