import type { PeerId } from '@conclave/protocol';

import { accept, bookOf } from '../../src/known-peers/address-book.js';

const [bobId, newBobId] = ['b', 'c'].map((digit) => digit.repeat(64)) as [PeerId, PeerId];

test('[B6] a contact that has got another identity is verified no longer: the code was compared with the former one', () => {
  const book = bookOf([{ name: 'Bob', peerId: bobId, verified: true }]);
  expect(accept(book, 'Bob', bobId).contacts).toEqual([{ name: 'Bob', peerId: bobId, verified: true }]);
  expect(accept(book, 'Bob', newBobId).contacts).toEqual([
    { name: 'Bob', peerId: newBobId, verified: false },
  ]);
});
