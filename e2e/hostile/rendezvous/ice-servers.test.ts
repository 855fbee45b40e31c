import { createSocket } from 'node:dgram';
import { once } from 'node:events';

import { afterwards } from '../../support/afterwards.js';
import { until } from '../../support/wait.js';
import { readTransports } from '../../support/witness.js';
import { takeApart } from '../support/envelopes.js';
import { standingCall } from '../support/honest.js';
import { useHostileCast } from '../support/hostile-cast.js';
import { kindOfPacket } from '../support/packets.js';
import { startTurnRelay } from '../support/turn-relay.js';

const cast = useHostileCast('alice', 'bob');

test('[B2] a STUN or TURN server of its own that answers nothing prevents no call and learns nothing but addresses', async () => {
  const heard: Uint8Array[] = [];
  const deaf = afterwards(createSocket('udp4').on('message', (data) => heard.push(new Uint8Array(data))));
  deaf.bind(0, '127.0.0.1');
  await once(deaf, 'listening');
  const at = `127.0.0.1:${deaf.address().port}`;
  cast.rendezvous.lies.welcome = (honest) => [
    {
      ...honest,
      iceServers: [
        { urls: [`stun:${at}`] },
        { urls: [`turn:${at}?transport=udp`], username: 'x', credential: 'y' },
        { urls: ['turn:127.0.0.1:9?transport=tcp', 'turns:127.0.0.1:9'], username: 'x', credential: 'y' },
      ],
    },
  ];
  const call = await standingCall(cast, { iceServers: 'from-rendezvous' });
  await call.goesOn();
  expect(heard.length).toBeGreaterThan(0);
  expect(new Set(heard.map(kindOfPacket))).toEqual(new Set(['STUN']));
});

test('[B2] a relay of its own that it steers a whole call through carries nothing but ciphertext', async () => {
  const relay = afterwards(await startTurnRelay());
  const { rendezvous } = cast;
  rendezvous.lies.welcome = (honest) => [{ ...honest, iceServers: [relay.iceServer] }];
  // Candidates are signed, so that none can be changed; but one that leads elsewhere can be left out.
  rendezvous.lies.pass = (passed) =>
    passed.kind === 'candidates' &&
    JSON.stringify(takeApart(passed.envelope).content.body).includes('typ host')
      ? []
      : [passed];
  const call = await standingCall(cast, { iceServers: 'from-rendezvous' });
  await call.goesOn();
  for (const peer of [call.alice, call.bob]) {
    const [transport] = await readTransports(peer);
    expect(transport!.dtls[0]!.state).toBe('connected');
    expect(transport!.incoming.video.frames).toBeGreaterThan(0);
  }
  const kinds = () => relay.carried.map(kindOfPacket);
  await until(() => kinds().filter((kind) => kind === 'SRTP').length > 10, {
    within: 5_000,
    what: 'the media goes this way',
  });
  expect(new Set(kinds())).toEqual(new Set(['STUN', 'DTLS', 'SRTP']));
});
