import { createContext } from 'react';

import type { PeerId } from '@conclave/core';

/** Whom a dialog about trust is on: somebody else, or the room. */
export type TrustSubject = PeerId | 'room';

/** Opens the dialog. */
export const TrustContext = createContext<(subject: TrustSubject) => void>(() => undefined);
