import { encodeServerMessage, type ServerMessage } from '@conclave/protocol';

import { until } from '../../support/wait.js';
import { pack } from '../support/envelopes.js';
import { enter, standingCall } from '../support/honest.js';
import { useHostileCast } from '../support/hostile-cast.js';

const cast = useHostileCast('alice', 'bob', 'charlie');

type Welcome = Extract<ServerMessage, { t: 'registered' }>;
const server = (urls: readonly unknown[], more: object = {}) => ({ iceServers: [{ urls, ...more }] });

/** What a welcome may say that no honest one says. */
const WELCOMES: Record<string, (honest: Welcome) => object> = {
  'no version that we offered': () => ({ version: 9 }),
  'a counter that is none': () => ({ counter: -1 }),
  'heartbeats of a week': () => ({ heartbeatMs: 604_800_000 }),
  'nothing for ICE servers': () => ({ iceServers: null }),
  'nine ICE servers': () => ({ iceServers: Array.from({ length: 9 }, () => ({ urls: ['stun:a.example'] })) }),
  'an ICE server by http': () => server(['http://a.example/']),
  'an ICE server of a script': () => server(['javascript:alert(1)']),
  'an ICE server with a line break': () => server(['stun:a.example\r\nx']),
  'TURN without a credential': () => server(['turn:a.example']),
  'a user name of 100 KB': () => server(['turn:a.example'], { username: 'x'.repeat(1e5), credential: 'y' }),
};

test.each(Object.keys(WELCOMES))(
  '[B2] a welcome with %s gets rendezvous/bad-frame, and no connection',
  async (what) => {
    cast.rendezvous.lies.welcome = (honest) => [pack({ ...honest, ...WELCOMES[what]!(honest) })];
    await expect(enter(cast.peer('charlie'), cast)).rejects.toMatchObject({ code: 'rendezvous/bad-frame' });
  },
);

test('[B2] frames that are none, in the middle of a call, cost it its socket each time; the call goes on', async () => {
  const call = await standingCall(cast);
  const { rendezvous } = cast;
  const frames: Uint8Array[] = [
    new Uint8Array(0),
    new Uint8Array(100).fill(0xc1),
    pack({ t: 'constructor' }),
    encodeServerMessage({ t: 'deliver', counter: 9_999, envelope: new Uint8Array(10) }),
    new Uint8Array(400_000),
  ];
  let said = 0;
  rendezvous.lies.welcome = (honest) => {
    const frame = frames[++said];
    return frame ? [honest, frame] : [honest];
  };
  rendezvous.tell(call.aliceId, frames[0]!);
  await until(() => said >= frames.length, { within: 15_000, what: 'alice has come back from every one' });
  await call.goesOn();
});
