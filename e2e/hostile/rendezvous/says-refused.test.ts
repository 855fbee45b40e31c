import type { ErrorCode } from '@conclave/core';

import { until } from '../../support/wait.js';
import { standingCall } from '../support/honest.js';
import { useHostileCast } from '../support/hostile-cast.js';

const cast = useHostileCast('alice', 'bob');

/** After these there is no trying again. */
const FINAL: ErrorCode[] = ['rendezvous/replaced', 'auth/signature', 'identity/mismatch', 'auth/unknown-key'];

test.each(FINAL)(
  '[B2] %s in the middle of a call ends the connection to the rendezvous with that code; the call goes on',
  async (code) => {
    const call = await standingCall(cast);
    for (const to of [call.aliceId, call.bobId]) cast.rendezvous.tell(to, { t: 'refused', code });
    for (const peer of [call.alice, call.bob]) {
      const state = () =>
        peer.evaluate(() => {
          const now = kit.keep.connection.state.get();
          return now.phase === 'closed' ? now.error?.code : now.phase;
        });
      await until(async () => (await state()) === code, { within: 5_000, what: code });
    }
    await call.goesOn();
  },
);

test('[B2] codes that are about something else altogether only send away; the call goes on', async () => {
  const call = await standingCall(cast);
  const { rendezvous } = cast;
  const codes: ErrorCode[] = ['peer/closed', 'link/replaced', 'stream/closed', 'usage/closed', 'room/full'];
  let said = 0;
  rendezvous.lies.welcome = (honest) => {
    const code = codes[++said];
    return code ? [honest, { t: 'refused', code }] : [honest];
  };
  for (const to of [call.aliceId, call.bobId]) rendezvous.tell(to, { t: 'refused', code: codes[0]! });
  await until(() => said >= codes.length, { within: 15_000, what: 'they have heard every code' });
  await call.goesOn();
});

test('[B2] sent away for an hour, both go on with their call, messages and all', async () => {
  const call = await standingCall(cast);
  const refused = { t: 'refused', code: 'rendezvous/rate-limited', retryAfterMs: 3_600_000 } as const;
  for (const to of [call.aliceId, call.bobId]) cast.rendezvous.tell(to, refused);
  for (const peer of [call.alice, call.bob]) {
    const away = () => peer.evaluate(() => kit.keep.connection.state.get().phase === 'reconnecting');
    await until(away, { within: 5_000, what: `${peer.name} is sent away` });
  }
  await call.goesOn();
  await call.bob.evaluate(() => {
    kit.keep.incoming['camera']!.handle('hello', () => undefined);
  });
  const messaged = await call.alice.evaluate(async () => [
    ...(await kit.keep.outgoing['camera']!.send('hello').delivered).values(),
  ]);
  expect(messaged).toEqual(['delivered']);
});
