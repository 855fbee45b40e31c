// Helpers that run unchanged in a page and in Node: two connections joined by complete descriptions (no trickle).
export const LANES = ['control', 'messages', 'lossy', 'bulk'];

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

export async function until(condition, ms = 5000, step = 10) {
  const start = performance.now();
  while (performance.now() - start < ms) {
    if (await condition()) return Math.round(performance.now() - start);
    await sleep(step);
  }
  return undefined;
}

export const openLanes = (pc) =>
  LANES.map((label, id) =>
    pc.createDataChannel(label, {
      negotiated: true,
      id,
      ...(label === 'lossy' ? { maxPacketLifeTime: 200, ordered: false } : {}),
    }),
  );

export async function gathered(pc) {
  await until(() => pc.iceGatheringState === 'complete', 5000);
  return { type: pc.localDescription.type, sdp: pc.localDescription.sdp };
}

export async function localOffer(pc) {
  await pc.setLocalDescription(await pc.createOffer());
  return gathered(pc);
}

export async function localAnswer(pc, offer, beforeAnswer = () => undefined) {
  await pc.setRemoteDescription(offer);
  await beforeAnswer(pc);
  await pc.setLocalDescription(await pc.createAnswer());
  return gathered(pc);
}

/** One complete round: `near` offers, `far` answers. Returns both descriptions. */
export async function negotiate(near, far, beforeAnswer) {
  const offer = await localOffer(near);
  const answer = await localAnswer(far, offer, beforeAnswer);
  await near.setRemoteDescription(answer);
  return { offer, answer };
}

export const newPair = (env) => [0, 1].map(() => new env.RTCPeerConnection({ bundlePolicy: 'max-bundle' }));

export const connected = (...pcs) => until(() => pcs.every((pc) => pc.connectionState === 'connected'), 8000);

export const mediaLines = (sdp) =>
  sdp
    .split(/\r?\n(?=m=)/)
    .slice(1)
    .map((section) => ({
      kind: section.slice(2, section.indexOf(' ')),
      port: Number(section.split(' ')[1]),
      mid: /a=mid:(\S+)/.exec(section)?.[1],
      bundleOnly: /a=bundle-only/.test(section),
    }));

export const fingerprintOf = (sdp) => /a=fingerprint:sha-256 (\S+)/i.exec(sdp)?.[1].toUpperCase();

export const show = (t) => `${t.mid}/${t.direction}/${t.currentDirection}`;

/** The outcome of a call as text: "ok", or the error's name and message. */
export async function outcome(call) {
  try {
    await call();
    return 'ok';
  } catch (error) {
    return `${error.name}: ${String(error.message).slice(0, 90)}`;
  }
}

export async function counters(pc) {
  const sum = { bytesSent: 0, framesEncoded: 0, bytesReceived: 0, framesDecoded: 0, audioBytesReceived: 0 };
  for (const row of (await pc.getStats()).values()) {
    if (row.type === 'outbound-rtp') {
      sum.bytesSent += row.bytesSent ?? 0;
      sum.framesEncoded += row.framesEncoded ?? 0;
    }
    if (row.type === 'inbound-rtp') {
      sum.bytesReceived += row.bytesReceived ?? 0;
      sum.framesDecoded += row.framesDecoded ?? 0;
      if (row.kind === 'audio') sum.audioBytesReceived += row.bytesReceived ?? 0;
    }
  }
  return sum;
}
