/** What one packet of a call is, by its first byte (RFC 7983): STUN, or one of the kinds that are encrypted. */
export function kindOfPacket([first = 255]: Uint8Array): 'STUN' | 'DTLS' | 'SRTP' | 'something else' {
  if (first < 4) return 'STUN';
  if (first >= 20 && first < 64) return 'DTLS';
  return first >= 128 && first < 192 ? 'SRTP' : 'something else';
}
