// What the design relies on, per fact: a plain value, a pattern or `atMost`; one for every engine, or one per engine. A fact that is not
// listed here is printed only.
const atMost = (limit) => ({ test: (text) => Number(text) <= limit });
const browsers = (value, wrtc) => ({ chromium: value, firefox: value, wrtc });

export const EXPECTATIONS = {
  attach: {
    'lanes open at both ends': true,
    'directions at both ends': true,
    'quiet 3 s: bytes sent': 0,
    'quiet 3 s: bytes received': 0,
    'quiet 3 s: frames encoded': 0,
    'first frame near to far, ms': atMost(2000),
    'first frame far to near, ms': atMost(2000),
    'audio flows both ways': true,
    'no negotiation after the answer': true,
    'active=false and replaceTrack(null), 2 s: bytes, frames': '0, 0',
    'frames again after active=true and replaceTrack(track)': true,
    'sender tracks left': 0,
    'receiver tracks are those of addTransceiver': true,
  },
  glare: {
    'live glare: rollback': 'ok',
    'live glare: after rollback': 'stable, mid null',
    'live glare: answer to the other offer': 'ok',
    'live glare: own offer said again': 'ok',
    'live glare: lane survived': true,
    'live glare: implicit rollback': browsers('ok', /^InvalidStateError/),
    'remote rollback of a pending offer': /^ok/,
    'glare before the first answer': /^ok; lanes open after \d+ ms$/,
  },
  lines: {
    'offer after stop()': /^a0 a1x v2x d3b?$/,
    'publisher after that offer': '1/stopped/stopped 2/stopped/stopped',
    'publisher after its answer': 'null/stopped/stopped null/stopped/stopped',
    'replaceTrack on a stopped sender': /^InvalidStateError/,
    'lane after the stop': 'carries',
    'connection moved by the stop': false,
    'offer with a new play': /^a0 a4b? v5b? d3b?$/,
    'new transceivers at the publisher': true,
    'media flows on the recycled line': true,
    'publisher stops, publisher offers': /^a0 a1x v2x d3, .* next offer a0 a4b? v5b? d3b?$/,
    'the other end recycles': /^a0 a4b? v5b? d3b?$/,
    'without an anchor: stop the first line': /^connection moved: true/,
  },
  certificate: {
    'at lane open: DTLS state, certificates': 'connected, 1',
    'equals the fingerprint of the far description': true,
    'equals the own fingerprint of the far end': true,
  },
  encoding: {
    'answerer, before its answer: audio priority': {
      chromium: 'no encodings',
      firefox: 'ok',
      wrtc: 'no encodings',
    },
    'answerer, after its answer: encodings': 2,
    'offerer, linked, no track: audio': browsers('ok', /Error/),
    'offerer, linked, no track: video': browsers('ok', /Error/),
    'answerer, linked, no track: audio': browsers('ok', /Error/),
    'answerer, linked, no track: video': browsers('ok', /Error/),
    'with a track: width of the first frame': browsers(160, 320),
    'with a track: encoding kept': browsers(true, false),
    'after replaceTrack(null): encoding kept': browsers(true, false),
  },
  habits: {
    'negotiated lanes: links open': '8 of 8',
    'negotiated lanes: open events': '64 of 64',
    'far pc.close(): after': /lane close/,
    'transport stats: dtls': /^connected, TLS_/,
    'receiver: track at once': /^audio live .* video live/,
    'receiver: sendonly sender has no track': true,
    'receiver: same track object after negotiation': true,
    'receiver: answerer: same track object after the answer': true,
    'audio: bytes in 2 s after replaceTrack(null)': 0,
  },
};

/** `undefined` if nothing is expected of this fact by this engine. */
export function agrees(check, fact, engine, found) {
  const rule = EXPECTATIONS[check]?.[fact];
  const wanted =
    rule !== null && typeof rule === 'object' && typeof rule.test !== 'function' ? rule[engine] : rule;
  if (wanted === undefined) return undefined;
  return typeof wanted?.test === 'function' ? wanted.test(String(found)) : wanted === found;
}
