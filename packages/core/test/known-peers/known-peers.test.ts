import { readBook } from '../../src/known-peers/address-book.js';
import { KnownPeers, memoryStorage, type StoragePort } from '../../src/known-peers/index.js';
import { MAX_CHANGES, MAX_CONTACTS } from '../../src/known-peers/limits.js';
import { idOf, persistent } from './support.js';

const [bobId, malloryId, charlieId] = [idOf(0xb0b), idOf(0xe71), idOf(0xc)];
const fails = (code: string) => expect.objectContaining({ code });
const open = () => KnownPeers.open({ storage: memoryStorage() });

/** Waits until a readable has what is wanted. */
function shows<T>(
  readable: { get(): T; subscribe(listener: () => void): () => void },
  wanted: (value: T) => boolean,
) {
  return new Promise<void>((resolve) => {
    const look = () => {
      if (wanted(readable.get())) resolve();
    };
    readable.subscribe(look);
    look();
  });
}

test('[B6] a pinned contact is known again when the address book is opened again', async () => {
  const storage = memoryStorage();
  const before = await KnownPeers.open({ storage });
  expect(before.check('Bob', bobId, true)).toBe('unknown');
  await before.pin('Bob', bobId, { persistent: true, verified: true });

  const known = await KnownPeers.open({ storage });
  expect(known.check('Bob', bobId, true)).toBe('known');
  expect(known.find('Bob')).toEqual({ name: 'Bob', peerId: bobId, verified: true });
  expect(known.nameOf(bobId)).toBe('Bob');
  expect(known.contacts.get()).toEqual([{ name: 'Bob', peerId: bobId, verified: true }]);
  expect((await KnownPeers.open({ storage, book: 'work' })).contacts.get()).toEqual([]);
});

test('[B6] another persistent identity in the place of a contact is changed, an ephemeral one is unknown', async () => {
  const known = await open();
  await known.pin('Bob', bobId, persistent);
  expect(known.check('Bob', malloryId, true)).toBe('changed');
  expect(known.check('Bob', malloryId, false)).toBe('unknown');
  expect(known.check('bob', malloryId, true)).toBe('unknown'); // another name
  expect(known.check('__proto__', malloryId, true)).toBe('unknown');
});

test('[B6] a changed identity is blocked and asked about once, until the user accepts it', async () => {
  const known = await open();
  await known.pin('Bob', bobId, { persistent: true, verified: true });
  const recognise = known.recognise((farId) => (farId === charlieId ? undefined : 'Bob'));

  expect(recognise(bobId, true)).toBeUndefined();
  expect(recognise(charlieId, true)).toBeUndefined();
  expect(recognise(malloryId, false)).toBeUndefined();
  expect(known.changes.get()).toEqual([]);
  expect(recognise(malloryId, true)).toBe('identity/changed');
  expect(recognise(malloryId, true)).toBe('identity/changed');
  expect(known.changes.get()).toEqual([{ name: 'Bob', pinnedId: bobId, farId: malloryId }]);

  await known.accept('Bob', malloryId);
  expect(known.changes.get()).toEqual([]);
  expect(known.find('Bob')).toEqual({ name: 'Bob', peerId: malloryId, verified: false });
  expect(recognise(malloryId, true)).toBeUndefined();
  expect(recognise(bobId, true)).toBe('identity/changed');
});

test('[B6] a rejected identity stays blocked and is not asked about again', async () => {
  const known = await open();
  await known.pin('Bob', bobId, persistent);
  const recognise = known.recognise(() => 'Bob');
  recognise(malloryId, true);
  recognise(charlieId, true);
  known.reject('Bob', malloryId);
  expect(known.changes.get().map(({ farId }) => farId)).toEqual([charlieId]);
  expect(recognise(malloryId, true)).toBe('identity/changed');
  expect(known.changes.get().map(({ farId }) => farId)).toEqual([charlieId]);
  await known.accept('Bob', malloryId); // on second thoughts
  expect(recognise(malloryId, true)).toBeUndefined();
});

test('[B6] many new identities do not fill the memory with questions', async () => {
  const known = await open();
  await known.pin('Bob', bobId, persistent);
  const recognise = known.recognise(() => 'Bob');
  for (let i = 1; i <= 5 * MAX_CHANGES; i++) expect(recognise(idOf(i), true)).toBe('identity/changed');
  expect(known.changes.get()).toHaveLength(MAX_CHANGES);
  expect(known.changes.get().at(-1)).toMatchObject({ farId: idOf(5 * MAX_CHANGES) });
});

test('[B6] nothing but an explicit accept replaces what is pinned', async () => {
  const known = await open();
  await known.pin('Bob', bobId, persistent);
  await expect(known.pin('Bob', malloryId, persistent)).rejects.toEqual(fails('identity/changed'));
  await expect(known.pin('Eve', bobId, persistent)).rejects.toEqual(fails('usage/invalid-argument'));
  await expect(known.pin('Eve', malloryId, { persistent: false })).rejects.toEqual(
    fails('usage/invalid-argument'),
  );
  await expect(known.accept('Eve', malloryId)).rejects.toEqual(fails('usage/invalid-argument'));
  await expect(known.accept('Bob', 'not an ID' as never)).rejects.toEqual(fails('usage/invalid-argument'));
  await expect(known.pin('Eve', 'F'.repeat(64) as never, persistent)).rejects.toEqual(
    fails('usage/invalid-argument'),
  );
  for (const name of ['', 'x'.repeat(257), '\ud800'])
    await expect(known.pin(name, malloryId, persistent)).rejects.toEqual(fails('usage/invalid-argument'));
  expect(known.contacts.get()).toEqual([{ name: 'Bob', peerId: bobId, verified: false }]);
});

test('[B6] verified stays until it is set otherwise or another identity is accepted', async () => {
  const known = await open();
  await known.pin('Bob', bobId, { persistent: true, verified: true });
  await known.pin('Bob', bobId, persistent);
  expect(known.find('Bob')?.verified).toBe(true);
  await known.accept('Bob', bobId);
  expect(known.find('Bob')?.verified).toBe(true);
  await known.pin('Bob', bobId, { persistent: true, verified: false });
  expect(known.find('Bob')?.verified).toBe(false);
});

test('[B6] a name means the same contact however its accents are typed', async () => {
  const known = await open();
  await known.pin('Jose\u0301', bobId, persistent);
  expect(known.check('José', malloryId, true)).toBe('changed');
  expect(known.nameOf(bobId)).toBe('José');
});

test('[B6] who is forgotten is unknown, and no longer asked about', async () => {
  const known = await open();
  await known.pin('Bob', bobId, persistent);
  await known.pin('Charlie', charlieId, persistent);
  known.recognise(() => 'Bob')(malloryId, true);
  await known.forget('Bob');
  await known.forget('Bob');
  expect(known.changes.get()).toEqual([]);
  expect(known.check('Bob', malloryId, true)).toBe('unknown');
  expect(known.contacts.get().map(({ name }) => name)).toEqual(['Charlie']);
});

test('[B6] an exported address book can be imported after everything was cleared', async () => {
  const storage = memoryStorage();
  const known = await KnownPeers.open({ storage });
  await known.pin('Bob', bobId, { persistent: true, verified: true });
  await known.pin('__proto__', charlieId, persistent);
  const before = known.contacts.get();
  const text = known.export();
  await known.clear();
  expect(known.contacts.get()).toEqual([]);
  expect(await storage.get('known-peers/main')).toBeUndefined();
  expect(await known.import(text)).toEqual({ added: 2, same: 0, conflicts: [] });
  expect(known.contacts.get()).toEqual(before);
  expect(await known.import(text)).toEqual({ added: 0, same: 2, conflicts: [] });
});

test('[B6] an import never replaces what is pinned: it reports what does not fit', async () => {
  const other = await open();
  await other.pin('Bob', malloryId, { persistent: true, verified: true });
  await other.pin('Eve', charlieId, persistent);
  await other.pin('Dave', idOf(0xd), persistent);
  const known = await open();
  await known.pin('Bob', bobId, persistent);
  await known.pin('Charlie', charlieId, persistent);
  const report = await known.import(other.export());
  expect(report).toMatchObject({ added: 1, same: 0 });
  expect(report.conflicts.map(({ name }) => name)).toEqual(['Bob', 'Eve']);
  expect(known.contacts.get().map(({ name, peerId }) => [name, peerId])).toEqual([
    ['Bob', bobId],
    ['Charlie', charlieId],
    ['Dave', idOf(0xd)],
  ]);
});

test('[B6] whatever is no exported address book is refused as a whole', async () => {
  const known = await open();
  await known.pin('Bob', bobId, persistent);
  const text = known.export();
  const { contacts, ...head } = JSON.parse(text);
  const withContacts = (...list: unknown[]) => JSON.stringify({ ...head, contacts: list });
  const eve = { name: 'Eve', peerId: malloryId, verified: false };
  const many = Array.from({ length: MAX_CONTACTS + 1 }, (_, i) => ({
    ...eve,
    name: `n${i}`,
    peerId: idOf(i),
  }));
  const bad = [
    '',
    'null',
    '7',
    '[]',
    '{}',
    text.slice(0, -1),
    JSON.stringify({ ...head, version: 2, contacts }),
    JSON.stringify({ ...head, contacts: { length: 0 } }),
    withContacts(eve, null),
    withContacts(eve, { ...eve, name: 'Other' }),
    withContacts(eve, { ...eve, peerId: charlieId }),
    withContacts({ ...eve, name: '' }),
    withContacts({ ...eve, name: 'x'.repeat(257) }),
    withContacts({ ...eve, name: 'e\u0301' }),
    withContacts({ ...eve, name: 7 }),
    withContacts({ ...eve, peerId: malloryId.toUpperCase() }),
    withContacts({ ...eve, peerId: `${malloryId}\n` }),
    withContacts({ ...eve, verified: 1 }),
    withContacts(...many),
    `${' '.repeat(20_000_000)}${text}`,
    7 as never,
    null as never,
  ];
  for (const each of bad) await expect(known.import(each)).rejects.toEqual(fails('usage/invalid-argument'));
  expect(known.export()).toBe(text);
});

test('[B6] an address book is bounded, and the largest one can be exported and imported', async () => {
  const name = (index: number) => String(index).padStart(256, '\u0001'); // six characters each in JSON
  const contacts = Array.from({ length: MAX_CONTACTS }, (_, i) => ({
    name: name(i),
    peerId: idOf(i),
    verified: false,
  }));
  const known = await open();
  await known.import(JSON.stringify({ format: 'conclave/known-peers', version: 1, contacts }));
  expect(readBook(known.export()).contacts).toHaveLength(MAX_CONTACTS);
  await expect(known.pin('Bob', idOf(0xffffff), persistent)).rejects.toEqual(fails('usage/invalid-argument'));
  await known.pin(name(0), idOf(0), { persistent: true, verified: true });
  expect(known.contacts.get()).toHaveLength(MAX_CONTACTS);
  expect(known.find(name(0))?.verified).toBe(true);
});

test('[B6] two tabs see what the other pins, and lose nothing of each other', async () => {
  const storage = memoryStorage();
  const [left, right] = await Promise.all([KnownPeers.open({ storage }), KnownPeers.open({ storage })]);
  right.recognise(() => 'Bob');
  await Promise.all([left.pin('Bob', bobId, persistent), right.pin('Charlie', charlieId, persistent)]);
  await Promise.all([left, right].map(({ contacts }) => shows(contacts, ({ length }) => length === 2)));
  const recognise = right.recognise(() => 'Bob');
  expect(recognise(malloryId, true)).toBe('identity/changed');
  expect(right.changes.get()).toHaveLength(1);
  await left.accept('Bob', malloryId);
  await shows(right.changes, ({ length }) => length === 0);
  expect(recognise(malloryId, true)).toBeUndefined();

  right.close();
  await left.forget('Bob');
  expect(right.find('Bob')).toBeDefined();
});

test('[B6] a change that cannot be stored is not shown, and rejects', async () => {
  const failure = new Error('the disk is full');
  let broken = false;
  const storage = memoryStorage();
  const failing: StoragePort = {
    ...storage,
    update: (...args) => (broken ? Promise.reject(failure) : storage.update(...args)),
  };
  const known = await KnownPeers.open({ storage: failing });
  await known.pin('Bob', bobId, persistent);
  broken = true;
  const recognise = known.recognise(() => 'Bob');
  recognise(malloryId, true);
  await expect(known.accept('Bob', malloryId)).rejects.toBe(failure);
  await expect(known.clear()).rejects.toBe(failure);
  expect(recognise(malloryId, true)).toBe('identity/changed');
  expect(known.changes.get()).toHaveLength(1);
  expect(known.find('Bob')?.peerId).toBe(bobId);
  broken = false;
  await known.accept('Bob', malloryId);
  expect(known.find('Bob')?.peerId).toBe(malloryId);
});

test('[B6] a damaged address book is an error, not an empty one; erasing starts anew', async () => {
  const storage = memoryStorage();
  for (const bad of ['text', 7, Uint8Array.of(0xff), new TextEncoder().encode('{}'), null]) {
    await storage.update('known-peers/main', () => bad);
    await expect(KnownPeers.open({ storage })).rejects.toEqual(fails('usage/invalid-argument'));
  }
  await KnownPeers.erase({ storage });
  expect((await KnownPeers.open({ storage })).contacts.get()).toEqual([]);
  await expect(KnownPeers.open({ storage, book: '' })).rejects.toEqual(fails('usage/invalid-argument'));
});

test('[B6] readables keep their value until something has changed', async () => {
  const known = await open();
  await known.pin('Bob', bobId, persistent);
  const [contacts, changes] = [known.contacts.get(), known.changes.get()];
  let told = 0;
  known.contacts.subscribe(() => (told += 1));
  known.changes.subscribe(() => (told += 1));
  await known.pin('Bob', bobId, persistent);
  await known.forget('Charlie');
  known.recognise(() => 'Bob')(bobId, true);
  expect(known.contacts.get()).toBe(contacts);
  expect(known.changes.get()).toBe(changes);
  expect(told).toBe(0);
});
