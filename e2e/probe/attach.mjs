// Answer first, attach later, between any two engines. Returns flat facts.
import { setTimeout as sleep } from 'node:timers/promises';

const QUIET_MS = 3000;
const STOPPED_MS = 2000;
const sum = (list, field) => list.reduce((total, item) => total + item[field], 0);

const settled = (before, after) =>
  after.signaling === 'stable' &&
  after.sdpRevision === before.sdpRevision &&
  after.negotiationNeeded === before.negotiationNeeded;
const since = (frame, at) => (frame == null ? 'none' : Math.round(frame - at));

export async function answerFirst(nearEngine, farEngine) {
  const end = (engine, name) =>
    new Proxy(
      {},
      {
        get:
          (_, method) =>
          (...args) =>
            engine.call(name, method, ...args),
      },
    );
  const [near, far] = [end(nearEngine, 'near'), end(farEngine, 'far')];
  const both = (method) => Promise.all([near[method](), far[method]()]);
  await both('create');
  await near.accept(await far.answer(await near.offer()));
  await both('prepare');
  const linked = async () =>
    (await both('state')).every((s) => s.connection === 'connected' && s.lanes === 'open open open open');
  for (let tries = 0; tries < 200 && !(await linked()); tries += 1) await sleep(50);
  const [before, farBefore] = await both('state');
  await sleep(QUIET_MS);
  const quiet = await both('counters');

  await both('watch');
  const [nearAt, farAt] = await both('attach');
  const [nearFrame, farFrame] = await both('frameAt');
  await sleep(1000);
  const running = await both('counters');

  const stopped = async (how) => {
    await both(how);
    await sleep(300);
    const from = await both('counters');
    await sleep(STOPPED_MS);
    const to = await both('counters');
    return {
      bytes: sum(to, 'bytesSent') - sum(from, 'bytesSent'),
      frames: sum(to, 'framesEncoded') - sum(from, 'framesEncoded'),
    };
  };
  const bare = await stopped('detach');
  const quietly = await stopped('detachQuietly');
  await both('watch');
  await both('attach');
  const resumed = await both('frameAt');
  await both('detachQuietly');
  const [end1, end2] = await both('state');
  await both('close');

  return {
    'lanes open at both ends': before.lanes === farBefore.lanes && before.lanes === 'open open open open',
    'directions at both ends': [before, farBefore].every(
      (s) => s.send === 'sendonly+sendonly' && s.receive === 'recvonly+recvonly',
    ),
    'quiet 3 s: bytes sent': sum(quiet, 'bytesSent'),
    'quiet 3 s: bytes received': sum(quiet, 'bytesReceived'),
    'quiet 3 s: frames encoded': sum(quiet, 'framesEncoded'),
    'first frame near to far, ms': since(farFrame, nearAt),
    'first frame far to near, ms': since(nearFrame, farAt),
    'audio flows both ways': running.every((c) => c.audioBytesReceived > 0),
    'no negotiation after the answer': settled(before, end1) && settled(farBefore, end2),
    'replaceTrack(null), 2 s: bytes, frames': `${bare.bytes}, ${bare.frames}`,
    'active=false and replaceTrack(null), 2 s: bytes, frames': `${quietly.bytes}, ${quietly.frames}`,
    'frames again after active=true and replaceTrack(track)': resumed.every((at) => at != null),
    'sender tracks left': end1.senderTracks + end2.senderTracks,
    'receiver tracks are those of addTransceiver': end1.sameReceiverTracks,
  };
}
