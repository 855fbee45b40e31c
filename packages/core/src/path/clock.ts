/** 2^32: what a time on the wire is modulo (RFC 6817 section 2 counts the same way). */
const WRAP_US = 0x1_0000_0000;

/** The monotonic clock of this page in microseconds, as it goes on the wire: modulo 2^32. */
export function clockUs(): number {
  return Math.round(performance.now() * 1000) % WRAP_US;
}
