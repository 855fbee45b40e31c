import fc from 'fast-check';

import { KnownPeers, memoryStorage, type Contact } from '../../src/known-peers/index.js';
import { idOf } from './support.js';

/** What an address book is to be: names with an ID, no ID twice. */
type Model = Map<string, Omit<Contact, 'name'>>;
type Tabs = readonly KnownPeers[];

const names = fc.constantFrom('Bob', 'Eve', 'José', 'Jose\u0301', '__proto__', '');
const ids = fc.integer({ min: 1, max: 4 }).map(idOf);
const tabs = fc.integer({ min: 0, max: 1 });

/** One thing that a user does in one of two tabs; gives whether the model allows it, and does it to the model then. */
interface Step {
  readonly tab: number;
  readonly text: string;
  run(known: KnownPeers): Promise<unknown>;
  apply(model: Model): boolean;
}

const owner = (model: Model, peerId: string) =>
  [...model].find(([, contact]) => contact.peerId === peerId)?.[0];

const step: fc.Arbitrary<Step> = fc.oneof(
  fc
    .record({
      tab: tabs,
      name: names,
      peerId: ids,
      persistent: fc.boolean(),
      verified: fc.option(fc.boolean(), { nil: undefined }),
    })
    .map(({ tab, name, peerId, persistent, verified }): Step => ({
      tab,
      text: `pin ${name} ${peerId.at(-1)} ${persistent} ${verified}`,
      run: (known) =>
        known.pin(name, peerId, verified === undefined ? { persistent } : { persistent, verified }),
      apply(model) {
        const key = name.normalize();
        const pinned = model.get(key);
        const taken = owner(model, peerId);
        if (!persistent || key === '' || (pinned && pinned.peerId !== peerId)) return false;
        if (taken !== undefined && taken !== key) return false;
        model.set(key, { peerId, verified: verified ?? pinned?.verified ?? false });
        return true;
      },
    })),
  fc.record({ tab: tabs, name: names, peerId: ids }).map(({ tab, name, peerId }): Step => ({
    tab,
    text: `accept ${name} ${peerId.at(-1)}`,
    run: (known) => known.accept(name, peerId),
    apply(model) {
      const key = name.normalize();
      const pinned = model.get(key);
      if (!pinned) return false;
      if (pinned.peerId === peerId) return true;
      if (owner(model, peerId) !== undefined) return false;
      model.set(key, { peerId, verified: false });
      return true;
    },
  })),
  fc.record({ tab: tabs, name: names }).map(({ tab, name }): Step => ({
    tab,
    text: `forget ${name}`,
    run: (known) => known.forget(name),
    apply: (model) => (model.delete(name.normalize()), true),
  })),
  tabs.map((tab): Step => ({
    tab,
    text: 'clear',
    run: (known) => known.clear(),
    apply: (model) => (model.clear(), true),
  })),
  tabs.map((tab): Step => ({
    tab,
    text: 'export, clear, import',
    async run(known) {
      const text = known.export();
      await known.clear();
      await known.import(text);
    },
    apply: () => true,
  })),
);

/** Waits until a tab shows as many contacts as the model has, or what else it must show. */
function agrees(known: KnownPeers, expected: readonly Contact[]): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (JSON.stringify(known.contacts.get()) === JSON.stringify(expected)) resolve();
    };
    known.contacts.subscribe(look);
    look();
  });
}

test('[B6] whatever two tabs pin, accept and forget, both know the same people, each under one name', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const storage = memoryStorage();
      const open: Tabs = await Promise.all([KnownPeers.open({ storage }), KnownPeers.open({ storage })]);
      const model: Model = new Map();
      for (const { tab, run, apply, text } of steps) {
        const allowed = apply(model);
        const done = await run(open[tab]!).then(
          () => true,
          () => false,
        );
        expect([text, done]).toEqual([text, allowed]);
        const expected = [...model].map(([name, { peerId, verified }]) => ({ name, peerId, verified }));
        expect(open[tab]!.contacts.get()).toEqual(expected);
        await agrees(open[1 - tab]!, expected);
      }
      for (const known of open) {
        for (const [name, { peerId }] of model) {
          expect(known.nameOf(peerId)).toBe(name);
          for (const other of [1, 2, 3, 4].map(idOf)) {
            expect(known.check(name, other, true)).toBe(other === peerId ? 'known' : 'changed');
            expect(known.check(name, other, false)).toBe(other === peerId ? 'known' : 'unknown');
          }
        }
      }
    }),
    { numRuns: 200 },
  );
});

test('[B6] no text that is imported does more than be refused', async () => {
  const known = await KnownPeers.open({ storage: memoryStorage() });
  await known.pin('Bob', idOf(1), { persistent: true });
  const text = known.export();
  const head = { format: fc.constant('conclave/known-peers'), version: fc.constant(1) };
  const contact = fc.record({ name: fc.anything(), peerId: fc.anything(), verified: fc.anything() });
  const hostile = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({ ...head, contacts: fc.oneof(fc.jsonValue(), fc.array(contact, { minLength: 1 })) })
      .map((book) => {
        try {
          return JSON.stringify(book);
        } catch {
          return 'null'; // what JSON cannot say
        }
      }),
    fc
      .tuple(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 1 }))
      .map(([at, by]) => text.slice(0, at) + by + text.slice(at + 1)),
  );
  await fc.assert(
    fc.asyncProperty(hostile, async (input) => {
      const outcome = await known.import(input).then(
        () => 'imported',
        (error: unknown) => (error as { code: string }).code,
      );
      expect(['imported', 'usage/invalid-argument']).toContain(outcome);
      expect(known.find('Bob')).toEqual({ name: 'Bob', peerId: idOf(1), verified: false });
    }),
    { numRuns: 1000 },
  );
});
