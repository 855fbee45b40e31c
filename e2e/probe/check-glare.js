// Item 5: glare on a live link settled by explicit rollback; and glare before the first answer settled by a new connection.
import {
  connected,
  localAnswer,
  localOffer,
  newPair,
  negotiate,
  openLanes,
  outcome,
  show,
  until,
} from './pair.js';

async function live(env, howRollback) {
  const [polite, other] = newPair(env);
  const [lanes, farLanes] = [openLanes(polite), openLanes(other)];
  polite.addTransceiver('audio', { direction: 'recvonly' });
  await negotiate(polite, other);
  await connected(polite, other);
  const mine = polite.addTransceiver('video', { direction: 'recvonly' });
  const theirs = other.addTransceiver('video', { direction: 'recvonly' });
  await localOffer(polite);
  const offer = await localOffer(other);
  const before = `${mine.mid} at us, ${theirs.mid} at them`;
  const rollback =
    howRollback === 'explicit'
      ? await outcome(() => polite.setLocalDescription({ type: 'rollback' }))
      : 'implicit';
  const afterRollback = `${polite.signalingState}, mid ${mine.mid}`;
  const answered = await outcome(async () => other.setRemoteDescription(await localAnswer(polite, offer)));
  const again = await outcome(() => negotiate(polite, other));
  let heard = false;
  farLanes[0].onmessage = () => (heard = true);
  lanes[0].send('still here');
  await until(() => heard, 2000);
  const facts = {
    'both offers gave the mid': before,
    rollback,
    'after rollback': afterRollback,
    'answer to the other offer': answered,
    'own offer said again': again,
    'our transceivers then': polite.getTransceivers().map(show).join(' '),
    'lane survived': heard,
  };
  polite.close();
  other.close();
  return facts;
}

async function remoteRollback(env) {
  const [near, far] = newPair(env);
  (openLanes(near), openLanes(far));
  await negotiate(near, far);
  near.addTransceiver('video', { direction: 'recvonly' });
  await far.setRemoteDescription(await localOffer(near));
  const seen = far.getTransceivers().length;
  const call = await outcome(() => far.setRemoteDescription({ type: 'rollback' }));
  const fact = `${call}; transceivers ${seen} then ${far.getTransceivers().length}; ${far.signalingState}`;
  (near.close(), far.close());
  return fact;
}

async function first(env) {
  const [polite, other] = newPair(env);
  const farLanes = openLanes(other);
  openLanes(polite);
  for (const pc of [polite, other])
    for (const direction of ['recvonly', 'sendonly']) pc.addTransceiver('video', { direction });
  await localOffer(polite);
  const offer = await localOffer(other);
  polite.close();
  const fresh = new env.RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  const lanes = openLanes(fresh);
  const answered = await outcome(async () => other.setRemoteDescription(await localAnswer(fresh, offer)));
  const open = await until(() => [...lanes, ...farLanes].every((l) => l.readyState === 'open'), 5000);
  (fresh.close(), other.close());
  return `${answered}; lanes open after ${open} ms`;
}

export async function run(env) {
  const explicit = await live(env, 'explicit');
  const implicit = await live(env, 'implicit').catch((e) => ({ 'answer to the other offer': String(e) }));
  return {
    ...Object.fromEntries(Object.entries(explicit).map(([k, v]) => [`live glare: ${k}`, v])),
    'live glare: implicit rollback': implicit['answer to the other offer'],
    'remote rollback of a pending offer': await remoteRollback(env).catch(String),
    'glare before the first answer': await first(env),
  };
}
