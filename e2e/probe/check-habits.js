// Item 9: what code that relies on the platform trips over.
import { connected, counters, negotiate, newPair, openLanes, sleep, until } from './pair.js';
const open = (...lanes) => until(() => lanes.every((l) => l.readyState === 'open'), 5000);

async function opens(env, times = 8) {
  let good = 0,
    events = 0;
  const took = [];
  for (let i = 0; i < times; i += 1) {
    const [near, far] = newPair(env);
    const lanes = [...openLanes(near), ...openLanes(far)];
    lanes.forEach((l) => (l.onopen = () => (events += 1)));
    await negotiate(near, far);
    const ms = await open(...lanes);
    await sleep(50);
    if (ms !== undefined) ((good += 1), took.push(ms));
    (near.close(), far.close());
  }
  return {
    'links open': `${good} of ${times}`,
    'open events': `${events} of ${times * 8}`,
    'ms at most': Math.max(...took),
  };
}

async function closing(env) {
  const [near, far] = newPair(env);
  const [mine, theirs] = [openLanes(near), openLanes(far)];
  await negotiate(near, far);
  await open(...mine, ...theirs);
  await sleep(300);
  const start = performance.now();
  const log = [];
  const at = (what) => log.push(`${what} ${Math.round(performance.now() - start)}`);
  mine[0].onclose = () => at('lane close');
  mine[0].onclosing = () => at('lane closing');
  mine[0].onerror = (e) => at(`lane error ${e.error?.errorDetail ?? ''} ${e.error?.message ?? ''}`);
  near.onconnectionstatechange = () => at(`pc ${near.connectionState}`);
  near.oniceconnectionstatechange = () => at(`ice ${near.iceConnectionState}`);
  if (near.sctp?.transport) near.sctp.transport.onstatechange = () => at(`dtls ${near.sctp.transport.state}`);
  theirs[0].onclose = () => at('own lane close at the closer');
  far.close();
  await until(() => mine[0].readyState === 'closed', 6000);
  await sleep(200);
  const facts = log.join(', ') || 'nothing in 6 s';
  const early = near.connectionState;
  near.close();
  return { after: `${facts}`, 'pc.connectionState then': early };
}

async function transport(env) {
  const [near, far] = newPair(env);
  const lanes = openLanes(near);
  openLanes(far);
  await negotiate(near, far);
  await open(...lanes);
  const rows = [...(await near.getStats()).values()];
  const t = rows.find((r) => r.type === 'transport');
  const pair = rows.find((r) => r.type === 'candidate-pair' && (r.nominated || r.selected));
  (near.close(), far.close());
  return {
    dtls: `${t?.dtlsState}, ${t?.dtlsCipher}, ${t?.tlsVersion}, ${t?.srtpCipher}`,
    'round trip time of the pair': pair?.currentRoundTripTime !== undefined,
  };
}

async function receivers(env) {
  const [near, far] = newPair(env);
  (openLanes(near), openLanes(far));
  const t = ['audio', 'video'].map((kind) => near.addTransceiver(kind, { direction: 'recvonly' }));
  const s = near.addTransceiver('video', { direction: 'sendonly' });
  const tracks = t.map((x) => x.receiver.track);
  const facts = {
    'track at once': tracks.map((x) => `${x.kind} ${x.readyState} muted ${x.muted}`).join(', '),
  };
  const start = performance.now();
  const events = [];
  const watch = (who, track) =>
    ['mute', 'unmute', 'ended'].forEach((type) =>
      track.addEventListener(type, () =>
        events.push(`${who} ${track.kind} ${type} ${Math.round(performance.now() - start)}`),
      ),
    );
  t.forEach((x) => watch('near', x.receiver.track));
  let ontrack = [];
  near.ontrack = (e) => ontrack.push(`near ${e.track.kind} streams ${e.streams.length}`);
  far.ontrack = (e) => ontrack.push(`far ${e.track.kind} streams ${e.streams.length}`);
  facts['sendonly sender has no track'] = s.sender.track === null;
  let farTracks;
  await negotiate(near, far, () => {
    far
      .getTransceivers()
      .slice(0, 2)
      .forEach((x) => (x.direction = 'sendonly'));
    farTracks = far.getTransceivers().map((x) => x.receiver.track);
    far.getTransceivers().forEach((x) => watch('far', x.receiver.track));
  });
  await connected(near, far);
  await sleep(200);
  events.push('| attach');
  facts['same track object after negotiation'] = t.every((x, i) => x.receiver.track === tracks[i]);
  facts['answerer: same track object after the answer'] = far
    .getTransceivers()
    .every((x, i) => x.receiver.track === farTracks[i]);
  facts['ontrack'] = ontrack.join(', ');
  const media = await env.tracks();
  const [fa, fv] = far.getTransceivers();
  const at = performance.now() - start;
  events.push(`(${Math.round(at)})`);
  await fa.sender.replaceTrack(media.audio);
  await fv.sender.replaceTrack(media.video);
  await sleep(1500);
  facts['muted with media'] = tracks.map((x) => x.muted).join(',');
  const c = await counters(near);
  facts['video decoded with no element attached'] = c.framesDecoded > 0;
  const audio = [...(await near.getStats()).values()].find(
    (r) => r.type === 'inbound-rtp' && r.kind === 'audio',
  );
  facts['audio without an element'] =
    `bytes ${c.audioBytesReceived > 0}, energy ${audio?.totalAudioEnergy}, samples ${audio?.totalSamplesReceived}`;
  events.push(`| null (${Math.round(performance.now() - start)})`);
  await fa.sender.replaceTrack(null);
  await fv.sender.replaceTrack(null);
  await sleep(3500);
  facts['muted after null, 3.5 s'] = tracks.map((x) => x.muted).join(',');
  events.push('| close');
  far.close();
  await sleep(100);
  near.close();
  await sleep(300);
  facts['track after pc.close()'] = tracks.map((x) => `${x.readyState} muted ${x.muted}`).join(', ');
  facts.events = events.join(' ');
  (media.audio.stop(), media.video.stop());
  return facts;
}

async function silence(env) {
  if (typeof AudioContext === 'undefined') return 'no Web Audio';
  const context = new AudioContext();
  await Promise.race([context.resume(), sleep(1500)]);
  if (context.state !== 'running') return 'AudioContext does not start without an audio device';
  const [near, far] = newPair(env);
  (openLanes(near), openLanes(far));
  const t = near.addTransceiver('audio', { direction: 'recvonly' });
  await negotiate(near, far, () => (far.getTransceivers()[0].direction = 'sendonly'));
  await connected(near, far);
  const tone = context.createOscillator();
  const sink = context.createMediaStreamDestination();
  (tone.connect(sink), tone.start());
  await far.getTransceivers()[0].sender.replaceTrack(sink.stream.getAudioTracks()[0]);
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(new MediaStream([t.receiver.track])).connect(analyser);
  const loud = async () => {
    await sleep(1200);
    const data = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(data);
    return Math.max(...data.map(Math.abs)).toFixed(2);
  };
  const bare = await loud();
  const element = document.createElement('audio');
  element.muted = true;
  element.srcObject = new MediaStream([t.receiver.track]);
  const withElement = await loud();
  (near.close(), far.close(), await context.close());
  return `peak ${bare} with no element, ${withElement} with a muted, unplayed element`;
}

async function detachAudio(env) {
  const [near, far] = newPair(env);
  (openLanes(near), openLanes(far));
  const t = near.addTransceiver('audio', { direction: 'sendonly' });
  await negotiate(near, far);
  await connected(near, far);
  const media = await env.tracks();
  media.video.stop();
  await t.sender.replaceTrack(media.audio);
  await sleep(800);
  const playing = (await counters(near)).bytesSent;
  await t.sender.replaceTrack(null);
  await sleep(300);
  const first = (await counters(near)).bytesSent;
  await sleep(2000);
  const second = (await counters(near)).bytesSent;
  (media.audio.stop(), near.close(), far.close());
  return playing > 0 ? second - first : 'no audio was sent';
}

export async function run(env) {
  const facts = {};
  const add = async (name, call) => {
    const found = await call().catch((e) => String(e));
    if (typeof found === 'object') for (const [k, v] of Object.entries(found)) facts[`${name}: ${k}`] = v;
    else facts[name] = found;
  };
  await add('negotiated lanes', () => opens(env));
  await add('far pc.close()', () => closing(env));
  await add('transport stats', () => transport(env));
  await add('receiver', () => receivers(env));
  await add('Web Audio', () => silence(env));
  await add('audio: bytes in 2 s after replaceTrack(null)', () => detachAudio(env));
  return facts;
}
