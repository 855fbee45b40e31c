import { useState, type ReactNode } from 'react';

import { connect as connectCore, type ConnectOptions, type connect } from '@conclave/core';
import { joinRoom as joinMesh, type joinRoom } from '@conclave/mesh';

import { RoomContext } from './room-context.js';
import { Seat } from './seat.js';

/** Props of {@link RoomProvider}. */
export interface RoomProviderProps {
  /** The rendezvous, or several, tried in order. Another one makes another connection. */
  readonly url: string | readonly string[];
  /** How to connect. Another `key` makes another connection; everything else is read when the first is made. */
  readonly options: Omit<ConnectOptions, 'signal'>;
  /** Connects; `connect` of `@conclave/core` where it is left out. */
  readonly connect?: typeof connect;
  /** Joins; `joinRoom` of `@conclave/mesh` where it is left out. */
  readonly joinRoom?: typeof joinRoom;
  /** The components that share the room. */
  readonly children?: ReactNode;
}

/**
 * Keeps one room for the components below it. It does nothing by itself: the connection is made when one of them joins
 * with `useJoinRoom`, once, StrictMode or not, and closed when the last of them is gone.
 *
 * @example
 * ```tsx
 * <RoomProvider url="wss://calls.example" options={{ key: 'demo' }}>
 *   <Call />
 * </RoomProvider>
 * ```
 */
export function RoomProvider(props: RoomProviderProps): ReactNode {
  const target = JSON.stringify([props.url, props.options.key]);
  const [made, setMade] = useState(() => ({ target, seat: seatOf(props) }));
  if (made.target !== target) setMade({ target, seat: seatOf(props) });
  return <RoomContext.Provider value={made.seat}>{props.children}</RoomContext.Provider>;
}

function seatOf({ url, options, connect = connectCore, joinRoom = joinMesh }: RoomProviderProps): Seat {
  return new Seat({ url, options, connect, joinRoom });
}
