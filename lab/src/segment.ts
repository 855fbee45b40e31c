/** A network in which ports see each other: the internet of a lab, or the local network behind a NAT. */
export interface Segment {
  /** What the shaper knows it by; 0 is the internet. */
  readonly number: number;
  /** An address that nobody in it has had. Throws a RangeError after some thousand, or 200 in a local network. */
  nextAddress(): string;
}

/** 198.18.0.0/15 is for benchmarks of networks (RFC 2544): neither private nor anybody's. */
export function internet(): Segment {
  let given = 0;
  return {
    number: 0,
    nextAddress() {
      const [third, fourth] = [Math.floor(given / 200), given % 200];
      if (third > 255) throw new RangeError('The lab has given all its addresses.');
      given += 1;
      return `198.18.${third}.${fourth + 1}`;
    },
  };
}

/** 192.168.N.0/24, where N is the number of the segment, 1 to 255. */
export function localNetwork(
  number: number,
): Segment & { readonly gateway: string; readonly prefix: string } {
  let given = 0;
  return {
    number,
    prefix: `192.168.${number}.0/24`,
    gateway: `192.168.${number}.1`,
    nextAddress() {
      if (given === 200) throw new RangeError(`192.168.${number}.0/24 has no more addresses.`);
      given += 1;
      return `192.168.${number}.${given + 10}`;
    },
  };
}
