import { createContext, useContext } from 'react';

import type { Place } from './room-link';

/** The room that the page is about. */
export const PlaceContext = createContext<Place>({ room: '', secret: undefined });

/** The room that the page is about: its name, and its secret for the link to copy. */
export function usePlace(): Place {
  return useContext(PlaceContext);
}
