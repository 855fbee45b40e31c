import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Descriptions as engines make them, captured from the first offer and answer of a link with one stream each way. */
export const ENGINES = ['chromium', 'firefox', 'wrtc'] as const;

export function fixture(engine: (typeof ENGINES)[number], type: 'offer' | 'answer'): string {
  const text = readFileSync(join(__dirname, '../fixtures', `${engine}-${type}.sdp`), 'utf8');
  return text.replaceAll('\n', '\r\n');
}

const bytes = (value: number) =>
  Array.from({ length: 32 }, () => value.toString(16).padStart(2, '0')).join(':');
export const FINGERPRINT = `a=fingerprint:sha-256 ${bytes(0xab)}`;
export const OTHER_FINGERPRINT = `a=fingerprint:sha-256 ${bytes(0xcd)}`;
/** FINGERPRINT as core reads it. */
export const AB = 'ab'.repeat(32);

/** An m-line with its attributes. */
export const section = (mid: string, kind = 'audio', ...attributes: string[]): string[] => [
  `m=${kind} 9 UDP/TLS/RTP/SAVPF 111`,
  'c=IN IP4 0.0.0.0',
  `a=mid:${mid}`,
  ...attributes,
];

/** A small description; the fingerprint and the role stand at session level. */
export function description(
  lines: readonly string[] = section('0', 'audio', 'a=recvonly'),
  session: readonly string[] = [FINGERPRINT, 'a=setup:actpass'],
): string {
  const head = ['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0'];
  return [...head, ...session, ...lines, ''].join('\r\n');
}
