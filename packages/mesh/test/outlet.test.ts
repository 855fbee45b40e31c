import { cell, ConclaveError, type Connection, type PeerStream, type Value } from '@conclave/core';

import { Admission } from '../src/admission.js';
import { Outlet } from '../src/outlet.js';
import { FakePeer } from './support/fake-streams.js';
import { turns } from './support/reports.js';

/** What alice publishes in a room, and a way to let somebody subscribe to it. */
function publishing() {
  const peerStreams = cell<readonly PeerStream[]>([]);
  let said: () => void = () => undefined;
  const control = {
    peerStreams: peerStreams.readable,
    send(...call: Value[]) {
      const open = subscribers.filter(({ hasRoom }) => hasRoom);
      if (open.length === 0) throw new ConclaveError('data/congested');
      said();
      return open.map((peer) => peer.take([...call]))[0]!;
    },
    close: async () => undefined,
  };
  const subscribers: FakePeer[] = [];
  const connection = { publish: () => control } as unknown as Connection;
  const admission = new Admission({
    isMember: () => true,
    isGranted: () => true,
    gate: () => true,
    knocked: () => undefined,
  });
  const granted: string[] = [];
  const outlet = new Outlet(connection, 'garden', undefined, [], 'alice', admission, {
    granted: (farId) => granted.push(farId),
    ungranted: () => undefined,
  });
  const subscribe = (...peers: FakePeer[]) => {
    subscribers.push(...peers);
    peerStreams.set(subscribers.map(({ stream }) => stream));
    return turns();
  };
  /** Resolves when something was said to everybody. */
  const saying = () => new Promise<void>((resolve) => (said = resolve));
  return { outlet, granted, subscribe, saying };
}

describe('what this end publishes in a room', () => {
  it('[C9] an announcement for which there is no room is said again, until it is heard', async () => {
    const bob = new FakePeer('bob');
    const { outlet, granted, subscribe, saying } = publishing();
    const heard = saying();
    bob.hasRoom = false;
    await subscribe(bob);
    expect(granted).toEqual([bob.farId]);
    expect(bob.heard).toEqual([]);
    outlet.setMetadata('alice again');
    bob.hasRoom = true;
    await heard;
    expect(bob.heard).toEqual([['hello', 'alice again', []]]);
    outlet.close();
  });

  it('[E8] with whom this end is linked is told to everybody, to who comes later, and again where there was no room', async () => {
    const [bob, charlie] = [new FakePeer('bob'), new FakePeer('charlie')];
    const { outlet, subscribe, saying } = publishing();
    await subscribe(bob);
    outlet.setRow([bob.farId]);
    expect(bob.heard.at(-1)).toEqual(['row', [bob.farId]]);
    await subscribe(charlie);
    expect(charlie.heard).toEqual([
      ['hello', 'alice', []],
      ['row', [bob.farId]],
    ]);
    bob.hasRoom = charlie.hasRoom = false;
    outlet.setRow([bob.farId, charlie.farId]);
    outlet.setRow([charlie.farId]);
    await turns();
    bob.hasRoom = charlie.hasRoom = true;
    await saying();
    for (const peer of [bob, charlie]) expect(peer.heard.at(-1)).toEqual(['row', [charlie.farId]]);
    outlet.close();
  });
});
