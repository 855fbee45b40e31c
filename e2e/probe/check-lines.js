// Item 6: a freed m-line is stopped and taken again by a later offer. `a0 v1 d2` are an audio, a video and the data line with their mids;
// `x` follows a line that was rejected, `b` one whose port is 0 only because it is bundle-only.
import {
  connected,
  localOffer,
  mediaLines,
  negotiate,
  newPair,
  openLanes,
  outcome,
  show,
  sleep,
  until,
} from './pair.js';

const lines = (sdp) =>
  mediaLines(sdp)
    .map(
      (l) =>
        `${l.kind === 'application' ? 'd' : l.kind[0]}${l.mid}${l.port !== 0 ? '' : l.bundleOnly ? 'b' : 'x'}`,
    )
    .join(' ');
const addPlay = (pc) => ['audio', 'video'].map((kind) => pc.addTransceiver(kind, { direction: 'recvonly' }));
const shows = (list) => list.map(show).join(' ') || 'none';

/** Whether the connection left `connected`, or its DTLS transport was replaced, since this call. */
function watchMoves(pc) {
  const transport = pc.sctp.transport;
  let moved = false;
  pc.addEventListener('connectionstatechange', () => (moved = true));
  return () => moved || pc.connectionState !== 'connected' || pc.sctp.transport !== transport;
}

const grant = (mids) => (pc) => {
  for (const t of pc.getTransceivers()) if (mids.includes(t.mid)) t.direction = 'sendonly';
};

/** A link with one play: `near` receives. Everything of a later round is done with `round`, which grants each new m-line. */
async function link(env, anchored = true) {
  const [near, far] = newPair(env);
  const [lanes, farLanes] = [openLanes(near), openLanes(far)];
  if (anchored) near.addTransceiver('audio', { direction: 'inactive' });
  const play = addPlay(near);
  const round = (a = near, b = far) =>
    negotiate(a, b, () => {
      const fresh = a
        .getTransceivers()
        .filter((t) => t.currentDirection === null && t.direction === 'recvonly');
      grant(fresh.map((t) => t.mid))(b);
    });
  const first = await round();
  await connected(near, far);
  await until(() => [...lanes, ...farLanes].every((lane) => lane.readyState === 'open'));
  const sending = far.getTransceivers().filter((t) => t.currentDirection === 'sendonly');
  return {
    near,
    far,
    lanes,
    farLanes,
    play,
    sending,
    round,
    first: lines(first.offer.sdp),
    close: () => [near, far].forEach((pc) => pc.close()),
  };
}

async function laneCarries({ lanes, farLanes }) {
  let heard = false;
  farLanes[0].onmessage = () => (heard = true);
  const sent = await outcome(() => lanes[0].send('x'));
  await until(() => heard, 1500);
  return heard ? 'carries' : sent === 'ok' ? lanes[0].readyState : 'closed';
}

async function mediaFlows(env, receiver, sender) {
  const tracks = await env.tracks();
  const frame = env.firstFrame(receiver.track);
  await sender.replaceTrack(tracks.video);
  const shown = await Promise.race([frame, sleep(4000)]);
  tracks.audio.stop();
  tracks.video.stop();
  return shown !== undefined;
}

async function playerStops(env) {
  const l = await link(env);
  const facts = { 'first offer': l.first };
  const moves = watchMoves(l.near);
  const ended = [];
  for (const [who, list] of [
    ['player', l.play],
    ['publisher', l.sending],
  ])
    for (const { receiver } of list) receiver.track.onended = () => ended.push(who);
  l.play.forEach((t) => t.stop());
  facts['player after stop()'] = shows(l.play);
  facts['player track after stop()'] = l.play.map((t) => t.receiver.track.readyState).join('+');
  const offer = await localOffer(l.near);
  facts['offer after stop()'] = lines(offer.sdp);
  await l.far.setRemoteDescription(offer);
  facts['publisher after that offer'] = shows(l.sending);
  await l.far.setLocalDescription(await l.far.createAnswer());
  await l.near.setRemoteDescription(l.far.localDescription);
  facts['publisher after its answer'] = shows(l.sending);
  facts['player after that answer'] = shows(l.play);
  facts['getTransceivers then, player and publisher'] = [l.near, l.far]
    .map((pc) => pc.getTransceivers().length)
    .join();
  facts['replaceTrack on a stopped sender'] = await outcome(() => l.sending[1].sender.replaceTrack(null));
  facts['lane after the stop'] = await laneCarries(l);
  facts['connection moved by the stop'] = moves();
  const play = addPlay(l.near);
  facts['offer with a new play'] = lines((await l.round()).offer.sdp);
  const granted = l.far.getTransceivers().filter((t) => t.currentDirection === 'sendonly');
  facts['new transceivers at the publisher'] =
    granted.length === 2 && granted.every((t) => !l.sending.includes(t));
  facts['media flows on the recycled line'] = await mediaFlows(
    env,
    play[1].receiver,
    granted.find((t) => t.mid === play[1].mid).sender,
  );
  facts['track ended events'] =
    `player ${ended.filter((w) => w === 'player').length}, publisher ${ended.filter((w) => w === 'publisher').length}`;
  l.close();
  return facts;
}

async function publisherStops(env, publisherOffers) {
  const l = await link(env);
  l.sending.forEach((t) => t.stop());
  const { answer } = publisherOffers ? await l.round(l.far, l.near) : await l.round();
  const fact = `${lines(answer.sdp)}, player ${shows(l.play)}, lane ${await laneCarries(l)}`;
  addPlay(l.near);
  const { offer } = await l.round();
  l.close();
  return `${fact}, next offer ${lines(offer.sdp)}`;
}

async function oneOffer(env) {
  const l = await link(env);
  l.play.forEach((t) => t.stop());
  addPlay(l.near);
  const { offer } = await l.round();
  l.close();
  return lines(offer.sdp);
}

async function otherKinds(env) {
  const l = await link(env);
  l.play.forEach((t) => t.stop());
  await l.round();
  ['video', 'video', 'audio'].forEach((kind) => l.near.addTransceiver(kind, { direction: 'recvonly' }));
  const { offer } = await l.round();
  l.close();
  return lines(offer.sdp);
}

async function otherEnd(env) {
  const l = await link(env);
  l.play.forEach((t) => t.stop());
  await l.round();
  addPlay(l.far);
  const { offer } = await l.round(l.far, l.near);
  l.close();
  return lines(offer.sdp);
}

/** Without the anchor the first media line carries the bundle. Here, as above, the answer is sent before its candidates are known. */
async function withoutAnchor(env) {
  const l = await link(env, false);
  const moves = watchMoves(l.near);
  l.play.forEach((t) => t.stop());
  await l.far.setRemoteDescription(await localOffer(l.near));
  await l.far.setLocalDescription(await l.far.createAnswer());
  await l.near.setRemoteDescription(l.far.localDescription);
  await sleep(500);
  const lane = await laneCarries(l);
  const fact = `connection moved: ${moves()}, lane ${lane === 'carries' ? lane : 'lost'}`;
  l.close();
  return fact;
}

export async function run(env) {
  return {
    ...(await playerStops(env)),
    'publisher stops, publisher offers': await publisherStops(env, true),
    'publisher stops, player offers': await publisherStops(env, false),
    'stop and add in one offer': await oneOffer(env),
    'two videos and one audio on a freed pair': await otherKinds(env),
    'the other end recycles': await otherEnd(env),
    'without an anchor: stop the first line': await withoutAnchor(env),
  };
}
