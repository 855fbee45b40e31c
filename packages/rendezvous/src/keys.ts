/** What every key has. */
interface AnyKey {
  /**
   * Names one partition of directory, messages and rooms: clients of different tenants never meet. Two keys of one
   * tenant share it, so that one can take over from the other.
   */
  readonly tenant: string;
  /** Origins of the pages that may use the key, as `https://calls.example`. Friction, not security: programs send none. */
  readonly origins?: readonly string[];
  /** Limits of this key that differ from those of the rendezvous. */
  readonly limits?: KeyLimits;
}

/** A key whose ID alone connects. */
export interface OpenKey extends AnyKey {
  /** Tells this form of a key from the others. */
  readonly mode: 'open';
  /** Whether its clients are told of TURN servers, which cost the operator bandwidth. Default no. */
  readonly turn?: boolean;
}

/** A key that asks for a token as well: a JWT that only an application which knows a secret of the key can make. */
export interface TokenKey extends AnyKey {
  /** Tells this form of a key from the others. */
  readonly mode: 'token';
  /** HS256 secrets, each of at least 32 bytes: one, or a few while they are exchanged. */
  readonly secrets: readonly Uint8Array[];
  /** What `aud` of a token has to name. Default `conclave`. */
  readonly audience?: string;
}

/** A key that was withdrawn: its clients are told so, and stay away. */
export interface RevokedKey {
  /** Tells this form of a key from the others. */
  readonly mode: 'revoked';
}

/** What a key ID stands for. */
export type KeyEntry = OpenKey | TokenKey | RevokedKey;

/** What all clients of one key together may do. */
export interface KeyLimits {
  /** Clients at once. */
  readonly clients?: number;
  /** New clients a second, in the long run. */
  readonly connectsPerSecond?: number;
}

/** The keys that a rendezvous knows. */
export interface Keys {
  /** What a key ID stands for, or `undefined` where it is not known. Where it rejects, clients are told to come back later. */
  entryOf(keyId: string): Promise<KeyEntry | undefined>;
  /**
   * Calls the listener after keys have changed: every client that is here is held against its key again. Without it
   * a change is for those who come later.
   */
  onChange?(listener: () => void): () => void;
}

/** Open mode: whoever names one of these key IDs is let in, each ID a tenant of its own. */
export function openKeys(keyIds: readonly string[], options: { readonly turn?: boolean } = {}): Keys {
  const entries = new Map(
    keyIds.map((id): [string, OpenKey] => [id, { mode: 'open', tenant: id, ...options }]),
  );
  return { entryOf: async (keyId) => entries.get(keyId) };
}
