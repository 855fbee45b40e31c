import { toHex } from '@conclave/protocol';

import { subtle } from '../identity/identity.js';
import { entriesOf, firstOf } from '../stats/report-entries.js';

/**
 * SHA-256 of the certificate that the far end used in DTLS, as the browser saw it; `undefined` where nobody tells.
 * Outside browsers the statistics are asked: after a touch of its DTLS transport object `@roamhq/wrtc` 0.10 crashes
 * when the process ends.
 */
export async function farCertificate(pc: RTCPeerConnection): Promise<string | undefined> {
  if (!('RTCDtlsTransport' in globalThis)) return fromStats(await pc.getStats());
  const [der] = pc.sctp?.transport.getRemoteCertificates() ?? [];
  return der && toHex(new Uint8Array(await subtle().digest('SHA-256', new Uint8Array(der))));
}

function fromStats(report: RTCStatsReport): string | undefined {
  const entries = entriesOf(report);
  const transport = firstOf(entries, 'transport');
  const { fingerprint, fingerprintAlgorithm } = entries.get(String(transport?.['remoteCertificateId'])) ?? {};
  if (typeof fingerprint !== 'string' || fingerprintAlgorithm !== 'sha-256') return undefined;
  return fingerprint.replaceAll(':', '').toLowerCase();
}
