/** What of a codec decides whether it is offered. */
export interface CodecFacts {
  readonly mimeType: string;
  readonly sdpFmtpLine?: string | undefined;
}

/**
 * Video that every browser of today sends and receives (RFC 7742 section 5), one that does more with fewer bits, and
 * retransmission for both (RFC 4588).
 */
const VIDEO = ['video/vp8', 'video/h264', 'video/vp9', 'video/rtx'];
/** What WebRTC must have (RFC 7874 section 3), without the telephones' older ones. */
const AUDIO = ['audio/opus', 'audio/telephone-event'];

/**
 * The codecs that are offered: one form of each. All forms that a browser has make a stream's part of a description 5 kB
 * long; to three peers at once that is half a second of an uplink of 1 Mbit/s, just when audio begins.
 */
export function chooseCodecs<T extends CodecFacts>(kind: 'audio' | 'video', codecs: readonly T[]): T[] {
  const wanted = kind === 'audio' ? AUDIO : VIDEO;
  const seen = new Set<string>();
  return codecs.filter((codec) => {
    const mimeType = codec.mimeType.toLowerCase();
    if (!wanted.includes(mimeType) || seen.has(mimeType) || !isUsual(mimeType, codec.sdpFmtpLine))
      return false;
    seen.add(mimeType);
    return true;
  });
}

/** The profile that everybody has: constrained baseline in packets of any size (RFC 6184 section 8.1), profile 0 of VP9. */
function isUsual(mimeType: string, parameters = ''): boolean {
  if (mimeType === 'video/h264')
    return /profile-level-id=42e0/i.test(parameters) && parameters.includes('packetization-mode=1');
  return mimeType !== 'video/vp9' || !/profile-id=[1-9]/.test(parameters);
}
