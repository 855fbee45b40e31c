// Item 8: encodings of a sender without a track, before and after negotiation, and through replaceTrack.
import { connected, localAnswer, localOffer, newPair, openLanes, outcome, sleep } from './pair.js';

const AUDIO = { priority: 'high', maxBitrate: 40_000 };
const VIDEO = { priority: 'high', maxBitrate: 50_000, scaleResolutionDownBy: 2, maxFramerate: 5 };

const count = (sender) => sender.getParameters().encodings.length;
const kept = (sender, fields) =>
  Object.entries(fields).every(([key, value]) => sender.getParameters().encodings[0]?.[key] === value);

/** Sets each field by a call of its own, and tells those that were refused or dropped. */
async function set(sender, fields) {
  if (count(sender) === 0) return 'no encodings';
  const wrong = [];
  for (const [key, value] of Object.entries(fields)) {
    const parameters = sender.getParameters();
    parameters.encodings[0][key] = value;
    const result = await outcome(() => sender.setParameters(parameters));
    if (result !== 'ok') return result.split(':')[0];
    if (!kept(sender, { [key]: value })) wrong.push(`${key} dropped`);
  }
  return wrong.join(', ') || 'ok';
}

export async function run(env) {
  const [near, far] = newPair(env);
  openLanes(near);
  openLanes(far);
  const facts = {};
  const [audio, video] = ['audio', 'video'].map(
    (kind) => near.addTransceiver(kind, { direction: 'sendonly' }).sender,
  );
  ['audio', 'video'].forEach((kind) => near.addTransceiver(kind, { direction: 'recvonly' }));
  facts['offerer, before its offer: audio priority'] = await set(audio, { priority: 'high' });
  let farAudio, farVideo;
  const answer = await localAnswer(far, await localOffer(near), async () => {
    const wanted = far.getTransceivers().slice(2);
    wanted.forEach((t) => (t.direction = 'sendonly'));
    [farAudio, farVideo] = wanted.map((t) => t.sender);
    facts['answerer, before its answer: audio priority'] = await set(farAudio, { priority: 'high' });
  });
  facts['answerer, after its answer: encodings'] = count(farAudio) + count(farVideo);
  await near.setRemoteDescription(answer);
  await connected(near, far);
  for (const [who, a, v] of [
    ['offerer', audio, video],
    ['answerer', farAudio, farVideo],
  ]) {
    facts[`${who}, linked, no track: audio`] = await set(a, AUDIO);
    facts[`${who}, linked, no track: video`] = await set(v, VIDEO);
  }
  facts['networkPriority'] = await set(audio, { networkPriority: 'medium' });
  facts['one getParameters() for two calls'] = await outcome(async () => {
    const parameters = video.getParameters();
    await video.setParameters(parameters);
    await video.setParameters(parameters);
  }).then((text) => text.split(':')[0]);

  const tracks = await env.tracks();
  const frame = env.firstFrame(far.getTransceivers()[1].receiver.track);
  await video.replaceTrack(tracks.video);
  facts['with a track: width of the first frame'] = (await Promise.race([frame, sleep(4000)]))?.width;
  const decoded = async () =>
    [...(await far.getStats()).values()].find((r) => r.type === 'inbound-rtp' && r.kind === 'video')
      .framesDecoded;
  const before = await decoded();
  await sleep(2000);
  facts['with a track: frames per second'] = Math.round(((await decoded()) - before) / 2);
  facts['with a track: encoding kept'] = kept(video, VIDEO);
  await video.replaceTrack(null);
  facts['after replaceTrack(null): encoding kept'] = kept(video, VIDEO);
  tracks.audio.stop();
  tracks.video.stop();
  near.close();
  far.close();
  return facts;
}
