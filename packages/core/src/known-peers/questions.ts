import type { PeerId } from '@conclave/protocol';

import { BoundedMap } from '../state/bounded-map.js';
import { cell } from '../state/cell.js';
import type { Readable } from '../state/readable.js';
import type { AddressBook } from './address-book.js';
import { MAX_CHANGES, MAX_REJECTIONS } from './limits.js';

/** A question to the user: is this identity the contact that he knows? Its links are blocked until he accepts. */
export interface IdentityChange {
  /** The contact. */
  readonly name: string;
  /** The identity that is pinned. */
  readonly pinnedId: PeerId;
  /** The other identity, which holds its key: that much is proven, not who it is. */
  readonly farId: PeerId;
}

/** The questions that wait for an answer, each once, the oldest first. */
export class Questions {
  readonly #open = cell<readonly IdentityChange[]>([]);
  readonly #rejected = new BoundedMap<string, true>(MAX_REJECTIONS);

  get open(): Readable<readonly IdentityChange[]> {
    return this.#open.readable;
  }

  ask(change: IdentityChange): void {
    const open = this.#open.get();
    if (this.#rejected.get(tag(change)) || open.some((other) => tag(other) === tag(change))) return;
    this.#open.set([...open, change].slice(-MAX_CHANGES));
  }

  /** Takes a question back, and does not ask it again on this page. */
  reject(name: string, farId: PeerId): void {
    this.#rejected.set(tag({ name, farId }), true);
    this.#keep((change) => tag(change) !== tag({ name, farId }));
  }

  /** An answer counts for as long as the address book is as it was. */
  allow(name: string, farId: PeerId): void {
    this.#rejected.delete(tag({ name, farId }));
  }

  /** Takes back what an address book answers, or leaves without a contact to ask about. */
  settle(book: AddressBook): void {
    this.#keep(({ name, pinnedId }) => book.byName.get(name)?.peerId === pinnedId);
  }

  #keep(which: (change: IdentityChange) => boolean): void {
    const open = this.#open.get();
    const kept = open.filter(which);
    if (kept.length < open.length) this.#open.set(kept);
  }
}

const tag = ({ name, farId }: Pick<IdentityChange, 'name' | 'farId'>) => farId + name;
