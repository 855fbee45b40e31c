import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';

import { FULL_RETRY_MS, REMEMBERED_ADDRESSES, type Limits } from './limits.js';
import { bucket, type Bucket } from './rate.js';

/** The address that a request came from, as Node saw it. Behind a proxy that is the proxy: see `addressOf`. */
export function remoteAddress(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? 'unknown';
}

/** One name for all addresses of one subscriber: IPv4 as it is, IPv6 by its /64, IPv4 in IPv6 as IPv4. */
export function subscriberOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1] as string;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const front = head ? head.split(':') : [];
  const back = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  return [...front, ...Array<string>(zeros).fill('0'), ...back].slice(0, 4).join(':') + '::/64';
}

/** Counts sockets: how many there are, how many from one address, how fast they come. */
export interface Doorkeeper {
  /** Lets a socket in and answers how to count it out, or answers for how long it should stay away. */
  admit(
    address: string,
  ):
    | { readonly leave: () => void }
    | { readonly code: 'rendezvous/full' | 'rendezvous/rate-limited'; readonly retryAfterMs: number };
}

/** Makes a doorkeeper. */
export function doorkeeper(limits: Limits): Doorkeeper {
  const present = new Map<string, number>();
  const rates = new Map<string, Bucket>();
  let total = 0;

  const rateOf = (subscriber: string): Bucket => {
    const rate = rates.get(subscriber) ?? bucket(limits.connectsPerSecond, limits.connectBurst);
    rates.delete(subscriber); // to the end: the first entry is the one unused for longest
    rates.set(subscriber, rate);
    if (rates.size > REMEMBERED_ADDRESSES) rates.delete(rates.keys().next().value as string);
    return rate;
  };

  return {
    admit(address) {
      const subscriber = subscriberOf(address);
      const retryAfterMs = rateOf(subscriber).take(1);
      if (retryAfterMs > 0) return { code: 'rendezvous/rate-limited', retryAfterMs };
      const here = present.get(subscriber) ?? 0;
      if (total >= limits.clients || here >= limits.clientsPerAddress) {
        return { code: 'rendezvous/full', retryAfterMs: FULL_RETRY_MS };
      }
      total += 1;
      present.set(subscriber, here + 1);
      return {
        leave() {
          total -= 1;
          const left = (present.get(subscriber) ?? 1) - 1;
          if (left > 0) present.set(subscriber, left);
          else present.delete(subscriber);
        },
      };
    },
  };
}
