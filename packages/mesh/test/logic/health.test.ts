import type { PeerId } from '@conclave/protocol';

import {
  ALONE,
  LINKING_MS,
  MENDING_MS,
  nextHealth,
  readRow,
  type HealthInput,
  type HealthPeer,
} from '../../src/logic/health.js';

const [alice, bob, charlie, dora] = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(64)) as [
  PeerId,
  PeerId,
  PeerId,
  PeerId,
];

/** What alice knows: how she stands with the others, and what each says. */
const known = (
  atMs: number,
  peers: Readonly<Record<PeerId, HealthPeer['state']>>,
  rows: Readonly<Record<PeerId, readonly PeerId[]>>,
): HealthInput => ({
  atMs,
  nearId: alice,
  peers: Object.entries(peers).map(([peerId, state]) => ({ peerId: peerId as PeerId, state })),
  rows: new Map(Object.entries(rows).map(([peerId, row]) => [peerId as PeerId, new Set(row)])),
});

const bothLinked = { [bob]: 'linked', [charlie]: 'linked' } as const;
const pairsOf = ({ health }: typeof ALONE) =>
  health.pairs.map(({ a, b, state }) => `${a[0]}${b[0]} ${state}`).join(', ');

describe('the health of a room', () => {
  it('[E8] is whole once every two members say that they are linked with each other', () => {
    const seen = nextHealth(
      ALONE,
      known(0, bothLinked, { [bob]: [alice, charlie], [charlie]: [alice, bob] }),
    );
    expect(pairsOf(seen)).toBe('ab linked, ac linked, bc linked');
    expect(seen.health.isWhole).toBe(true);
    expect(seen.dueMs).toBeUndefined();
  });

  it('[E8] two who never link are linking for 4 s and broken from then on, until they do', () => {
    const rows = { [bob]: [alice], [charlie]: [alice] };
    let seen = nextHealth(ALONE, known(1_000, bothLinked, rows));
    expect(pairsOf(seen)).toBe('ab linked, ac linked, bc linking');
    expect(seen.health.isWhole).toBe(false);
    expect(seen.dueMs).toBe(1_000 + LINKING_MS);
    seen = nextHealth(seen, known(1_000 + LINKING_MS - 1, bothLinked, rows));
    expect(pairsOf(seen)).toContain('bc linking');
    seen = nextHealth(seen, known(1_000 + LINKING_MS, bothLinked, rows));
    expect(pairsOf(seen)).toBe('ab linked, ac linked, bc broken');
    expect(seen.dueMs).toBeUndefined();
    seen = nextHealth(seen, known(60_000, bothLinked, { [bob]: [alice, charlie], [charlie]: [bob, alice] }));
    expect(seen.health.isWhole).toBe(true);
  });

  it('[E8] two who were linked are broken after 2 s without their link', () => {
    let seen = nextHealth(ALONE, known(0, bothLinked, { [bob]: [alice, charlie], [charlie]: [alice, bob] }));
    const rows = { [bob]: [alice], [charlie]: [alice] };
    seen = nextHealth(seen, known(10_000, bothLinked, rows));
    expect(pairsOf(seen)).toContain('bc linking');
    expect(seen.dueMs).toBe(10_000 + MENDING_MS);
    seen = nextHealth(seen, known(10_000 + MENDING_MS, bothLinked, rows));
    expect(pairsOf(seen)).toContain('bc broken');
  });

  it('[E8] one end alone makes no link of two: who lies about his own row shows himself only', () => {
    const lies = { [bob]: [alice, charlie, dora], [charlie]: [alice] };
    expect(pairsOf(nextHealth(ALONE, known(0, bothLinked, lies)))).toBe('ab linked, ac linked, bc linking');
    // Bob cannot break charlie and dora, nor name somebody who is not there.
    const three = { ...bothLinked, [dora]: 'linked' } as const;
    const rows = {
      [bob]: [],
      [charlie]: [alice, dora],
      [dora]: [alice, charlie],
      ['e'.repeat(64)]: [charlie],
    };
    expect(pairsOf(nextHealth(ALONE, known(0, three, rows)))).toBe(
      'ab linking, ac linked, ad linked, bc linking, bd linking, cd linked',
    );
  });

  it('[E8] who has said nothing yet is believed to agree; of two who have not, nothing is known', () => {
    expect(pairsOf(nextHealth(ALONE, known(0, bothLinked, { [bob]: [alice, charlie] })))).toBe(
      'ab linked, ac linked, bc linked',
    );
    expect(pairsOf(nextHealth(ALONE, known(0, bothLinked, {})))).toBe('ab linked, ac linked, bc linking');
  });

  it('[E8] a pair of this end is broken as soon as its attempt has failed; two strangers are no pair', () => {
    const seen = nextHealth(
      ALONE,
      known(0, { [bob]: 'broken', [charlie]: 'linking', [dora]: 'linked' }, { [dora]: [alice, bob] }),
    );
    expect(pairsOf(seen)).toBe('ab broken, ac linking, ad linked, bd linked, cd linking');
  });

  it('[E8] keeps its reference for as long as nothing changes, and forgets who has gone', () => {
    const rows = { [bob]: [alice], [charlie]: [alice] };
    const first = nextHealth(ALONE, known(0, bothLinked, rows));
    const second = nextHealth(first, known(1_000, bothLinked, rows));
    expect(second.health).toBe(first.health);
    const without = nextHealth(second, known(5_000, { [bob]: 'linked' }, { [bob]: [alice] }));
    expect(pairsOf(without)).toBe('ab linked');
    const again = nextHealth(without, known(6_000, bothLinked, rows));
    expect(pairsOf(again)).toBe('ab linked, ac linked, bc linking');
    expect(again.dueMs).toBe(6_000 + LINKING_MS);
  });

  it('[E8] the order in which members stand changes nothing of what is remembered of a pair', () => {
    const rows = { [bob]: [alice], [charlie]: [alice] };
    const first = nextHealth(ALONE, known(0, bothLinked, rows));
    const turned = nextHealth(first, known(LINKING_MS, { [charlie]: 'linked', [bob]: 'linked' }, rows));
    expect(pairsOf(turned)).toBe('ac linked, ab linked, cb broken');
  });
});

describe('what somebody says of its links', () => {
  it('[E8] is a list of peer IDs, each of which counts once', () => {
    expect(readRow([[bob, charlie, bob]])).toEqual(new Set([bob, charlie]));
    expect(readRow([[]])).toEqual(new Set());
  });

  it.each([
    ['nothing', []],
    ['no list', [{ 0: bob, length: 1 }]],
    ['more than one list', [[bob], [charlie]]],
    ['what is no peer ID', [[bob, 'charlie']]],
    ['a number', [[7]]],
    ['a list of lists', [[[bob]]]],
    ['10,000 entries', [Array.from({ length: 10_000 }, () => bob)]],
    ['one entry more than a room has members', [Array.from({ length: 257 }, () => bob)]],
  ])('[E8] is not read at all where it is %s', (_, args) => {
    expect(readRow(args)).toBeUndefined();
  });
});
