import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';

/**
 * The origins under which a server that listens here is dialled: loopback by its three names, and the addresses that
 * it listens on. Never what a Host header says: that is written by whoever connects.
 */
export function ownOrigins(address: AddressInfo, host: string | undefined): ReadonlySet<string> {
  const wildcard = address.address === '::' || address.address === '0.0.0.0';
  const addresses = wildcard
    ? Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((entry) => entry.address))
    : [address.address];
  const names = ['localhost', '127.0.0.1', '::1', ...addresses, ...(host ? [host] : [])];
  return new Set(names.flatMap((name) => originOf(name, address.port)));
}

function originOf(name: string, port: number): string[] {
  const host = name.includes(':') ? `[${name}]` : name;
  try {
    return [new URL(`http://${host}:${port}`).origin]; // drops port 80, as the client's URL does
  } catch {
    return []; // an address with a zone, which no URL can name
  }
}
