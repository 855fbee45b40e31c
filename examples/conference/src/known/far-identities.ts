import { cell, type PeerId, type Readable, type Recognise } from '@conclave/core';

/** Far more than a room holds; who makes new identities for free must not fill our memory. */
const MAX_NOTICED = 256;

const noticed = cell<ReadonlyMap<PeerId, boolean>>(new Map());

/** Of everybody who has proven an identity on this page: whether it outlives their page, so that it can be remembered. */
export const farIdentities: Readable<ReadonlyMap<PeerId, boolean>> = noticed.readable;

/** For `ConnectOptions.recognise`. Blocks nobody: here names come later, and who lacks his old identity is marked. */
export const noticeFar: Recognise = (farId, persistent) => {
  const latest = [...noticed.get()].filter(([id]) => id !== farId).slice(1 - MAX_NOTICED);
  noticed.set(new Map([...latest, [farId, persistent]]));
  return undefined;
};
