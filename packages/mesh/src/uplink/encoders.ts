import type { Encoding, SenderHandle, UplinkPort } from '@conclave/core';

import { isLess, isSameEncoding, UNGOVERNED } from './senders.js';

/** Another limit, and hardly less. */
const NUDGE = 0.95;

/** What every sender was last told; only changes are said, and what takes less is said first. */
export class Encoders {
  readonly #uplink: UplinkPort;
  readonly #said = new Map<SenderHandle, Encoding>();

  constructor(uplink: UplinkPort) {
    this.#uplink = uplink;
  }

  /** A sender begins like this: core tells it, unless something was said of it meanwhile, which this replaces. */
  began(sender: SenderHandle, encoding: Encoding): void {
    const former = this.#said.get(sender);
    this.#said.set(sender, encoding);
    if (former && !isSameEncoding(encoding, former)) void this.#say(sender);
  }

  /** Tells senders how to encode; resolves once those that are to take less do. */
  async apply(
    senders: readonly SenderHandle[],
    wanted: (sender: SenderHandle) => Encoding | undefined,
  ): Promise<void> {
    const present = new Set(this.#uplink.senders.get());
    for (const sender of [...this.#said.keys()]) if (!present.has(sender)) this.#said.delete(sender);
    const changes = senders.flatMap((sender) => {
      const [encoding, former] = [wanted(sender), this.#said.get(sender)];
      if (!encoding || !sender.state.get().isWanted || isSameEncoding(encoding, former)) return [];
      return [{ sender, encoding, isLess: isLess(encoding, former) }];
    });
    for (const { sender, encoding } of changes) this.#said.set(sender, encoding);
    await Promise.all(changes.filter((one) => one.isLess).map((one) => this.#say(one.sender)));
    for (const { sender } of changes.filter((one) => !one.isLess)) void this.#say(sender);
  }

  /**
   * Has the browser look whether the path carries what a sender may take: a changed limit makes its congestion control
   * probe at once (ProbeController in libwebrtc), where it would else climb by 8 % a second.
   */
  async nudge(sender: SenderHandle): Promise<void> {
    const { maxBitrateBps } = this.#said.get(sender) ?? {};
    if (maxBitrateBps === undefined) return;
    await this.#uplink.setEncoding(sender, { maxBitrateBps: Math.round(NUDGE * maxBitrateBps) });
    await this.#say(sender);
  }

  /** Nobody governs any longer. */
  release(): void {
    for (const sender of this.#said.keys()) void this.#uplink.setEncoding(sender, UNGOVERNED);
    this.#said.clear();
  }

  /** The latest wish, however long an earlier one took. */
  async #say(sender: SenderHandle): Promise<void> {
    const encoding = this.#said.get(sender);
    if (encoding) await this.#uplink.setEncoding(sender, encoding);
  }
}
