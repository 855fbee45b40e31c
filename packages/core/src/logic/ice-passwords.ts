/** A description without its ICE passwords (RFC 8839 section 5.4), and what was taken out. */
export interface MaskedDescription {
  readonly sdp: string;
  /** In the order of their lines. */
  readonly passwords: readonly string[];
}

const PASSWORD_LINES = /^a=ice-pwd:(.*?)\r?$/gm;
const MASKED_LINES = /^a=ice-pwd:(?=\r?$)/gm;
/** ice-char of RFC 8839 section 5.4: nothing that could end a line. */
const PASSWORD = /^[\w+/]{22,256}$/;

/** Takes the ICE passwords out of a description. */
export function maskPasswords(sdp: string): MaskedDescription {
  const passwords = [...sdp.matchAll(PASSWORD_LINES)].map(([, password]) => password as string);
  return {
    sdp: sdp.replace(PASSWORD_LINES, (line) => (line.endsWith('\r') ? 'a=ice-pwd:\r' : 'a=ice-pwd:')),
    passwords,
  };
}

/** Puts ICE passwords back; `undefined` where they are not as many as were taken out, or are no passwords. */
export function unmaskPasswords({ sdp, passwords }: MaskedDescription): string | undefined {
  const places = [...sdp.matchAll(MASKED_LINES)].length;
  if (places !== passwords.length || !passwords.every((one) => PASSWORD.test(one))) return undefined;
  const rest = [...passwords];
  return sdp.replace(MASKED_LINES, (line) => line + (rest.shift() ?? ''));
}
