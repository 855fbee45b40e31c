/** What two people compare to be sure of each other: both see the same, unless somebody stands between them (SPEC 6.7). */
export interface VerificationCode {
  /** Six digits: somebody in between has one guess in 1,000,000 per new link. */
  readonly digits: string;
  /** Five of {@link VERIFICATION_EMOJI}: one guess in 1,073,741,824 per new link. */
  readonly emoji: readonly string[];
}

/** 64 pictures that look different from each other on every platform, each one code point (SPEC 6.7). */
export const VERIFICATION_EMOJI: readonly string[] = Array.from(
  '🐝🐳🐸🦊🐻🐨🦉🐌🐍🦀🐞🐪🦒🐊🦔🐧🌻🌴🍁🍀🍇🍉🍋🍍🥕🥑🧀🥨🍩🍦🥚🌰🌋🌈💧⭐🌊🏠🏰🚲🚂🚁⛵🎈🎁🎻🥁🎲🔔🔑🔨🧲🔭💎📷📚📎⏰💡🧦👑🎩👓🧭',
);

const DIGITS = 6;

/** Reads the code off the bytes that both ends derive: six of them for the digits, five for the pictures. */
export function verificationCodeOf(bytes: Uint8Array): VerificationCode {
  const number = bytes.subarray(0, 6).reduce((sum, byte) => sum * 256 + byte, 0);
  return {
    digits: String(number % 10 ** DIGITS).padStart(DIGITS, '0'),
    emoji: [...bytes.subarray(6, 11)].map((byte) => VERIFICATION_EMOJI[byte % 64] as string),
  };
}
