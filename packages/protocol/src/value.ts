/**
 * What can be sent: plain data, bytes (`Uint8Array`) and dates (`Date`), nested at most 16 deep.
 *
 * Numbers are all that JavaScript has (`NaN` and `-0` included), text has no lone surrogates, arrays have no holes,
 * objects are plain and have no key `__proto__`; a property that is `undefined` is left out. What arrives equals what
 * was sent (SPEC 1.5).
 */
export type Value =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | Date
  | readonly Value[]
  | { readonly [key: string]: Value | undefined };
