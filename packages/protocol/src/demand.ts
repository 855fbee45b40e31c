/**
 * Throws where bytes or a value are not of the form that the protocol has. Says no more, since the codecs answer
 * every such error with one code.
 */
export function demand(isOfForm: boolean): asserts isOfForm {
  if (!isOfForm) throw new TypeError('not of the form of the protocol');
}
