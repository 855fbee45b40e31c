import { Attachment } from './attachment.js';
import type { Engine } from './engine.js';
import { attached, makeHost, type Attached, type Host } from './host.js';
import { DEVICE, LOCAL_DEVICE, Namespace } from './namespace.js';
import { localNetwork, type Segment } from './segment.js';
import type { PathOptions } from './shape.js';

/**
 * How a NAT translates UDP (RFC 4787). `cone`: one port for all destinations, open to those that were sent to;
 * `symmetric`: a new port for each destination; `udp-blocked`: as `cone` for TCP, and no UDP at all.
 */
export type NatKind = 'cone' | 'symmetric' | 'udp-blocked';

/** A gateway with a path to the internet and a local network behind it. Its address is the public one. */
export interface Nat extends Attached {
  /** What it does. */
  readonly kind: NatKind;
  /** Adds a host behind it. The host's own path is that of the local network: unlimited unless said otherwise. */
  host(name: string, path?: PathOptions): Promise<Host>;
}

/** The rules of a gateway. */
function rules(kind: NatKind): string {
  const masquerade = kind === 'symmetric' ? 'masquerade fully-random' : 'masquerade';
  return `table ip lab {
    chain translate {
      type nat hook postrouting priority 100; policy accept;
      oifname "${DEVICE}" ${masquerade}
    }
    chain to_gateway {
      # Without this a packet that comes before the host behind has sent one leaves a connection of the gateway's own,
      # which has the port then: the host gets another one, as if the NAT were symmetric.
      type filter hook input priority 0; policy accept;
      iifname "${DEVICE}" ct state new drop
    }
    chain through {
      type filter hook forward priority 0; policy drop;
      ${kind === 'udp-blocked' ? 'meta l4proto udp drop' : ''}
      iifname "${LOCAL_DEVICE}" accept
      ct state established,related accept
    }
  }`;
}

/** Makes a NAT; `addHost` is told of each host behind it, with the number of its port. */
export async function makeNat(
  engine: Engine,
  name: string,
  kind: NatKind,
  outside: Segment,
  insideNumber: number,
  path: PathOptions,
  addHost: (name: string, make: () => ReturnType<typeof makeHost>) => Promise<Host>,
): Promise<{ readonly nat: Nat; readonly port: number }> {
  const inside = localNetwork(insideNumber);
  const namespace = await Namespace.make(engine);
  const attachment = await Attachment.make(namespace, outside, path);
  const local = await namespace.addDevice(LOCAL_DEVICE, inside.number);
  await namespace.ip(`addr add ${inside.gateway}/24 dev ${LOCAL_DEVICE}`);
  await namespace.feed('sh', ['-c', 'cat >/proc/sys/net/ipv4/ip_forward'], '1');
  await namespace.feed('nft', ['-f', '-'], rules(kind));
  await engine.command('address', local, inside.gateway);
  await engine.command('gateway', local);
  const nat: Nat = {
    ...attached(name, attachment),
    get address() {
      return attachment.address;
    },
    kind,
    host: (hostName, hostPath = {}) => addHost(hostName, () => makeHost(engine, hostName, inside, hostPath)),
  };
  return { nat, port: attachment.port };
}
