import { cell, Identity, type Readable } from '@conclave/core';

const KEY = 'conclave/recognisable';

/** Whether the user lets people recognise this browser. He does not, unless he has said so. */
export function isRecognisable(): boolean {
  try {
    return localStorage.getItem(KEY) === 'yes';
  } catch {
    return false;
  }
}

/** Keeps what the user has said, where the browser allows it. */
export function setRecognisable(isAllowed: boolean): void {
  try {
    if (isAllowed) localStorage.setItem(KEY, 'yes');
    else localStorage.removeItem(KEY);
  } catch {
    // Private windows and full disks: the user is somebody new each time.
  }
}

/** Why the user is somebody new although he wanted to be recognised. */
export type Hindrance = 'in-use' | 'not-kept';

const hindrance = cell<Hindrance | undefined>(undefined);

/** Why the user is not recognised in this call, if so. */
export const nearHindrance: Readable<Hindrance | undefined> = hindrance.readable;

/** Held for as long as the page lives: the one identity that this browser keeps. */
let held: ReturnType<typeof Identity.persistent> | undefined;

/** Who to be in the next call: the identity that this browser keeps, or a new one that nobody can recognise. */
export async function identityForCall(): Promise<Identity> {
  hindrance.set(undefined);
  if (!isRecognisable()) {
    const former = held;
    held = undefined;
    await former?.then((identity) => identity.release()).catch(() => undefined);
    return Identity.create();
  }
  try {
    const identity = await (held ??= Identity.persistent('conference', { whenInUse: 'ephemeral' }));
    if (identity.persistent) return identity;
    hindrance.set('in-use');
    held = undefined;
    return identity;
  } catch {
    hindrance.set('not-kept');
    held = undefined;
    return Identity.create();
  }
}
