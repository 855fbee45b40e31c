import { ConclaveError } from '../errors.js';

/** The WebRTC that core uses: the browser's own, or a package for Node such as `@roamhq/wrtc`. */
export interface RtcImplementation {
  /** The constructor of peer connections (W3C WebRTC section 4.4). */
  readonly RTCPeerConnection: typeof RTCPeerConnection;
  /** The constructor of media streams. */
  readonly MediaStream: typeof MediaStream;
}

/** The WebRTC that was given, or the environment's own. Throws `usage/unsupported` where there is none. */
export function resolveRtc(given: RtcImplementation | undefined): RtcImplementation {
  const found: Partial<RtcImplementation> = given ?? globalThis;
  const { RTCPeerConnection: Peer, MediaStream: Stream } = found;
  if (!Peer || !Stream) {
    throw new ConclaveError('usage/unsupported', {
      hint: 'In Node: connect(url, { rtc }).',
    });
  }
  return { RTCPeerConnection: Peer, MediaStream: Stream };
}

/** Opens the one transport of a link (RFC 9143: everything in one bundle). */
export function openPeerConnection(
  rtc: RtcImplementation,
  iceServers: readonly RTCIceServer[],
): RTCPeerConnection {
  return new rtc.RTCPeerConnection({ iceServers: [...iceServers], bundlePolicy: 'max-bundle' });
}
