/** What a key ID stands for. */
export interface Tenant {
  /** Names one partition of directory, messages and rooms: clients of different tenants never meet. */
  readonly id: string;
}

/** The keys that a rendezvous knows. */
export interface Keys {
  /** The tenant of a key ID, or `undefined` where the key is not known. */
  tenantOf(keyId: string): Promise<Tenant | undefined>;
}

/** Open mode: whoever names one of these key IDs is let in. */
export function openKeys(keyIds: readonly string[]): Keys {
  const tenants = new Map(keyIds.map((id) => [id, { id }]));
  return { tenantOf: async (keyId) => tenants.get(keyId) };
}
