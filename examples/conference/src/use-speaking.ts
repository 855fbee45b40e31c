import { useEffect, useState } from 'react';

/** How often the level is looked at: often enough to follow syllables, seldom enough to cost nothing. */
const LOOK_EVERY_MS = 120;
/** Louder than this is speech, for people in rooms with a fan; 1 is as loud as it gets. */
const SPEECH_LEVEL = 0.03;
/** Pauses between words do not count as silence. */
const PAUSE_MS = 500;

let context: AudioContext | undefined;

/**
 * Whether this user is speaking into his own microphone just now. Who else is speaking the room says: it listens to what
 * comes from them, `useActiveSpeaker` of the bindings.
 */
export function useSpeaking(track: MediaStreamTrack | undefined): boolean {
  const [isSpeaking, setSpeaking] = useState(false);
  useEffect(() => {
    if (!track) return undefined;
    context ??= new AudioContext();
    if (context.state === 'suspended') void context.resume();
    const source = context.createMediaStreamSource(new MediaStream([track]));
    const analyser = new AnalyserNode(context, { fftSize: 512 });
    source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let lastHeardMs = -Infinity;
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const level = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
      const nowMs = performance.now();
      if (level > SPEECH_LEVEL) lastHeardMs = nowMs;
      setSpeaking(nowMs - lastHeardMs < PAUSE_MS);
    }, LOOK_EVERY_MS);
    return () => {
      clearInterval(timer);
      source.disconnect();
      setSpeaking(false);
    };
  }, [track]);
  return isSpeaking;
}
