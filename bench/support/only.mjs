// @ts-check
/**
 * Of these names those that were asked for; all where none was.
 *
 * @template {string} T
 * @param {readonly T[]} names
 * @param {readonly string[]} only
 */
export function chosen(names, only) {
  const some = names.filter((name) => only.includes(name));
  return some.length > 0 ? some : names;
}
