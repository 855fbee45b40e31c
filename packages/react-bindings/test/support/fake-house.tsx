import type { ReactNode } from 'react';

import { configure } from '@testing-library/react';

import type { connect } from '@conclave/core';
import type { joinRoom } from '@conclave/mesh';

import { RoomProvider } from '../../src/index.js';
import { FakeConnection, FakeRoom } from './fake-room.js';

// Effects are mounted twice only where StrictMode is the root: below a wrapper of ours they would not be.
configure({ reactStrictMode: true });

/** A house without a network: connecting and joining succeed at once, unless a test says otherwise. */
export class FakeHouse {
  readonly connections: FakeConnection[] = [];
  readonly rooms: FakeRoom[] = [];
  readonly joined: Parameters<typeof joinRoom>[1][] = [];
  readonly signals: AbortSignal[] = [];
  /** Called before a connection is made: may wait, may throw. */
  onConnect: () => Promise<void> | void = () => undefined;

  readonly connect: typeof connect = async (_url, { signal }) => {
    if (signal) this.signals.push(signal);
    const made = new FakeConnection();
    this.connections.push(made);
    await this.onConnect();
    return made.connection;
  };

  readonly joinRoom: typeof joinRoom = async (_connection, options) => {
    const made = new FakeRoom(options.room);
    this.rooms.push(made);
    this.joined.push(options);
    return made.room;
  };

  get room(): FakeRoom {
    return this.rooms.at(-1)!;
  }

  get connection(): FakeConnection {
    return this.connections.at(-1)!;
  }

  /** The wrapper for a tree: StrictMode, and one provider. */
  readonly Wrapper = ({
    children,
    url = 'ws://fake',
  }: {
    readonly children?: ReactNode;
    readonly url?: string;
  }) => (
    <RoomProvider url={url} options={{ key: 'demo' }} connect={this.connect} joinRoom={this.joinRoom}>
      {children}
    </RoomProvider>
  );
}
