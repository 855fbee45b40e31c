/** The protocol versions that this implementation speaks, newest first. */
export const VERSIONS: readonly number[] = [1];

/** The newest version that both sides speak, or `undefined` where there is none. */
export function commonVersion(offered: readonly number[]): number | undefined {
  return VERSIONS.find((version) => offered.includes(version));
}
