import { setTimeout as pause } from 'node:timers/promises';

import { DEVICE, type Namespace } from './namespace.js';
import type { Segment } from './segment.js';
import { changeShape, shapeWords, type PathOptions, type Shape } from './shape.js';

/** Seen from the host: `up` is what it sends. */
export type Direction = 'up' | 'down';

/** How a namespace is attached to a segment: its first device, its address, and the shaped path behind it. */
export class Attachment {
  readonly #namespace: Namespace;
  readonly #segment: Segment;
  readonly #shapes: Record<Direction, Shape> = { up: {}, down: {} };
  /** The number of the port: where its counters are. */
  readonly port: number;
  #address = '';

  private constructor(namespace: Namespace, segment: Segment, port: number) {
    this.#namespace = namespace;
    this.#segment = segment;
    this.port = port;
  }

  /** Attaches it, with an address and a default route. */
  static async make(namespace: Namespace, segment: Segment, path: PathOptions): Promise<Attachment> {
    const port = await namespace.addDevice(DEVICE, segment.number);
    const attachment = new Attachment(namespace, segment, port);
    await attachment.shape('up', path.up ?? {});
    await attachment.shape('down', path.down ?? {});
    await attachment.#take(segment.nextAddress());
    return attachment;
  }

  /** The address of the moment. */
  get address(): string {
    return this.#address;
  }

  /** Changes what is given of a direction's shape; the rest stays. */
  async shape(direction: Direction, change: Shape): Promise<void> {
    const shape = changeShape(this.#shapes[direction], change);
    const words = shapeWords(shape);
    this.#shapes[direction] = shape;
    await this.#namespace.engine.command('shape', this.port, direction, ...words);
  }

  /** Drops all UDP on the way, in both directions, until it is let through again. */
  async blockUdp(isBlocked: boolean): Promise<void> {
    await this.#namespace.engine.command('udp', this.port, isBlocked ? 'off' : 'on');
  }

  /** Gives up the address and takes another one; between the two there is no network for `gapMs`. */
  async changeAddress(gapMs: number): Promise<string> {
    const [before, after] = [this.#address, this.#segment.nextAddress()];
    if (gapMs > 0) {
      await this.#giveUp(before);
      await pause(gapMs);
      await this.#take(after);
    } else {
      await this.#take(after);
      await this.#giveUp(before, after);
    }
    return after;
  }

  async #take(address: string): Promise<void> {
    await this.#namespace.ip(`addr add ${address}/32 dev ${DEVICE}`, `route replace default dev ${DEVICE}`);
    await this.#namespace.engine.command('address', this.port, address);
    this.#address = address;
  }

  async #giveUp(address: string, inFavourOf = '0.0.0.0'): Promise<void> {
    await this.#namespace.engine.command('address', this.port, inFavourOf);
    await this.#namespace.ip(`addr del ${address}/32 dev ${DEVICE}`);
  }
}
