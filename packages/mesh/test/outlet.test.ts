import { cell, ConclaveError, type Connection, type PeerStream, type Value } from '@conclave/core';

import { Admission } from '../src/admission.js';
import { Outlet } from '../src/outlet.js';
import { FakePeer } from './support/fake-streams.js';
import { turns } from './support/reports.js';

describe('what this end publishes in a room', () => {
  it('[C9] an announcement for which there is no room is said again, until it is heard', async () => {
    const bob = new FakePeer('bob');
    const peerStreams = cell<readonly PeerStream[]>([]);
    let said: () => void = () => undefined;
    const heard = new Promise<void>((resolve) => (said = resolve));
    const control = {
      peerStreams: peerStreams.readable,
      send(...call: Value[]) {
        if (!bob.hasRoom) throw new ConclaveError('data/congested');
        said();
        return bob.take(call);
      },
      close: async () => undefined,
    };
    const connection = { publish: () => control } as unknown as Connection;
    const admission = new Admission({
      isMember: () => true,
      isGranted: () => true,
      knocked: () => undefined,
    });
    const granted: string[] = [];
    const outlet = new Outlet(connection, 'garden', undefined, [], 'alice', admission, {
      granted: (farId) => granted.push(farId),
      ungranted: () => undefined,
    });
    bob.hasRoom = false;
    peerStreams.set([bob.stream]);
    await turns();
    expect(granted).toEqual([bob.farId]);
    expect(bob.heard).toEqual([]);
    outlet.setMetadata('alice again');
    bob.hasRoom = true;
    await heard;
    expect(bob.heard).toEqual([['hello', 'alice again', []]]);
    outlet.close();
  });
});
