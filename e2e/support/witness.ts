import type { Peer } from './peer.js';

/** What one kind of media has amounted to, in one direction, since the transport was made. */
export interface Flow {
  readonly bytes: number;
  readonly packets: number;
  /** Frames decoded, or encoded; video only. */
  readonly frames: number;
  /** RTP streams that have carried packets. */
  readonly streams: number;
  /** Energy of the sound that was decoded (W3C `totalAudioEnergy`); incoming audio only. */
  readonly energy: number;
}

/** One `RTCPeerConnection` of a peer as the browser itself reports it. */
export interface Transport {
  /** SHA-256 fingerprints of the certificates of both ends: what is near here is far there. */
  readonly near: string;
  readonly far: string;
  readonly state: RTCPeerConnectionState;
  readonly signalingState: RTCSignalingState;
  readonly descriptions: string;
  /** How often each negotiating method was called. */
  readonly calls: Readonly<Record<string, number>>;
  readonly incoming: { readonly audio: Flow; readonly video: Flow };
  readonly outgoing: { readonly audio: Flow; readonly video: Flow };
  /** Kinds of the tracks that senders hold. */
  readonly sending: readonly string[];
  /** The DTLS transports, and the addresses that the selected path of each leads between. */
  readonly dtls: readonly {
    readonly state: string;
    readonly dtlsCipher: string;
    readonly srtpCipher: string;
    readonly nearAddress: string;
    readonly farAddress: string;
  }[];
}

declare global {
  var witnessed: { readonly pc: RTCPeerConnection; readonly calls: Record<string, number> }[];
}

/** Reads all transports of a peer that are not closed. */
export function readTransports(peer: Peer): Promise<Transport[]> {
  return peer.evaluate(async () => {
    const fingerprint = (description: RTCSessionDescription | null) =>
      /a=fingerprint:sha-256 ([0-9A-F:]+)/i.exec(description?.sdp ?? '')?.[1]?.toUpperCase() ?? '';
    const read = async ({ pc, calls }: (typeof witnessed)[number]) => {
      const entries = new Map<string, Record<string, string & number>>();
      (await pc.getStats()).forEach((entry: Record<string, string & number>, id) => entries.set(id, entry));
      const flow = (type: string, kind: string) =>
        [...entries.values()]
          .filter((entry) => entry['type'] === type && entry['kind'] === kind)
          .reduce(
            (sum, entry) => ({
              streams:
                sum.streams + Number(((entry['packetsReceived'] ?? entry['packetsSent'] ?? 0) as number) > 0),
              bytes: sum.bytes + ((entry['bytesReceived'] ?? entry['bytesSent'] ?? 0) as number),
              packets: sum.packets + ((entry['packetsReceived'] ?? entry['packetsSent'] ?? 0) as number),
              frames: sum.frames + ((entry['framesDecoded'] ?? entry['framesEncoded'] ?? 0) as number),
              energy: sum.energy + ((entry['totalAudioEnergy'] ?? 0) as number),
            }),
            { streams: 0, bytes: 0, packets: 0, frames: 0, energy: 0 }, // not a shared one: BiDi sends an object once
          );
      const address = (id = '') => {
        const { address: host = '?', port = 0 } = entries.get(id) ?? {};
        return `${host}:${String(port)}`;
      };
      const dtls = [...entries.values()]
        .filter((entry) => entry['type'] === 'transport')
        .map((transport) => {
          const pair = entries.get(transport['selectedCandidatePairId'] ?? '');
          return {
            state: String(transport['dtlsState']),
            dtlsCipher: String(transport['dtlsCipher']),
            srtpCipher: String(transport['srtpCipher']),
            nearAddress: address(pair?.['localCandidateId']),
            farAddress: address(pair?.['remoteCandidateId']),
          };
        });
      return {
        near: fingerprint(pc.localDescription),
        far: fingerprint(pc.remoteDescription),
        state: pc.connectionState,
        signalingState: pc.signalingState,
        descriptions: `${pc.localDescription?.sdp ?? ''}\n${pc.remoteDescription?.sdp ?? ''}`,
        calls: { ...calls },
        incoming: { audio: flow('inbound-rtp', 'audio'), video: flow('inbound-rtp', 'video') },
        outgoing: { audio: flow('outbound-rtp', 'audio'), video: flow('outbound-rtp', 'video') },
        sending: pc.getSenders().flatMap(({ track }) => (track ? [track.kind] : [])),
        dtls,
      };
    };
    // Where a transport closes while it is asked, some WebRTC never answers.
    const readOpen = async (one: (typeof witnessed)[number]) => {
      let timer: ReturnType<typeof setInterval> | undefined;
      const closed = new Promise<undefined>((resolve) => {
        timer = setInterval(() => one.pc.signalingState === 'closed' && resolve(undefined), 20);
      });
      return Promise.race([read(one), closed]).finally(() => clearInterval(timer));
    };
    const open = witnessed.filter(({ pc }) => pc.signalingState !== 'closed');
    return (await Promise.all(open.map(readOpen))).flatMap((one) => one ?? []);
  });
}

/** The transport of `near` that leads to `far`: the pair whose certificates are each other's. */
export async function transportBetween(near: Peer, far: Peer): Promise<Transport> {
  const [own, others] = await Promise.all([readTransports(near), readTransports(far)]);
  const found = own.filter((one) => others.some((other) => one.near === other.far && one.far === other.near));
  if (found.length !== 1) throw new Error(`${found.length} transports between ${near.name} and ${far.name}`);
  return found[0]!;
}
