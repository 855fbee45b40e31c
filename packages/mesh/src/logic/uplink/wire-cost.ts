import type { PlanLimits } from './limits.js';

/**
 * What 50 packets a second add to the rate of an Opus encoder: 65 bytes each of IP, UDP, RTP with its extensions, SRTP
 * and RTCP. Measured: 50 kbit/s on the wire for 24 of payload.
 */
const AUDIO_OVERHEAD_BPS = 26_000;

/**
 * The same for thin audio. With `adaptivePtime` Chromium 156 begins with packets of 20 ms and comes to 40 within 15 s: measured
 * 28.6 kbit/s on the wire for a limit of 16.
 */
const THIN_AUDIO_OVERHEAD_BPS = 13_000;

/** What a video costs on the wire for each bit of its budget: headers, RTCP and retransmissions. Measured. */
export const VIDEO_WIRE_FACTOR = 1.07;

/** What one stream of audio costs on the wire, in bits per second. */
export function audioWireBps(limits: PlanLimits, encoding: 'normal' | 'thin'): number {
  return encoding === 'normal'
    ? limits.audioBps + AUDIO_OVERHEAD_BPS
    : limits.thinAudioBps + THIN_AUDIO_OVERHEAD_BPS;
}
