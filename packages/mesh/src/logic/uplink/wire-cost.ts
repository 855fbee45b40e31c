import type { PlanLimits } from './limits.js';

/**
 * What 50 packets a second add to the rate of an Opus encoder: 65 bytes each of IP, UDP, RTP with its extensions, SRTP
 * and RTCP. Measured: 50 kbit/s on the wire for 24 of payload.
 */
const AUDIO_OVERHEAD_BPS = 26_000;

/**
 * The same 65 bytes, 16.7 times a second. With a limit of 16 kbit/s 20 were measured on the wire, for a tone that leaves
 * the encoder half idle; speech fills it, and who promises safe audio counts what speech takes.
 */
const THIN_AUDIO_OVERHEAD_BPS = 8_700;

/** What a video costs on the wire for each bit of its budget: headers, RTCP and retransmissions. Measured. */
export const VIDEO_WIRE_FACTOR = 1.07;

/** What one stream of audio costs on the wire, in bits per second. */
export function audioWireBps(limits: PlanLimits, encoding: 'normal' | 'thin'): number {
  return encoding === 'normal'
    ? limits.audioBps + AUDIO_OVERHEAD_BPS
    : limits.thinAudioBps + THIN_AUDIO_OVERHEAD_BPS;
}
