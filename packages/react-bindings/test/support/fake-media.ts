/** What jsdom lacks of media: tracks, streams, capture and playing elements, as far as hooks touch them. */
class FakeTrack extends EventTarget {
  enabled = true;
  readyState: 'live' | 'ended' = 'live';
  readonly kind: 'audio' | 'video';

  constructor(kind: 'audio' | 'video') {
    super();
    this.kind = kind;
  }

  stop(): void {
    this.readyState = 'ended';
  }
}

class FakeStream {
  readonly #tracks: readonly MediaStreamTrack[];

  constructor(tracks: readonly MediaStreamTrack[] = []) {
    this.#tracks = tracks;
  }

  getTracks(): readonly MediaStreamTrack[] {
    return this.#tracks;
  }
}

export function fakeTrack(kind: 'audio' | 'video'): MediaStreamTrack {
  return new FakeTrack(kind) as unknown as MediaStreamTrack;
}

/** The devices of the user, of whom a test says what he allows. */
export class FakeDevices {
  readonly asked: MediaStreamConstraints[] = [];
  readonly opened: MediaStreamTrack[] = [];
  answer: (constraints: MediaStreamConstraints) => Promise<void> | void = () => undefined;

  install(): void {
    const getUserMedia = async (constraints: MediaStreamConstraints) => {
      this.asked.push(constraints);
      await this.answer(constraints);
      const kinds = (['audio', 'video'] as const).filter((kind) => constraints[kind]);
      const tracks = kinds.map(fakeTrack);
      this.opened.push(...tracks);
      return new FakeStream(tracks);
    };
    Object.defineProperty(navigator, 'mediaDevices', { value: { getUserMedia }, configurable: true });
  }

  get live(): number {
    return this.opened.filter(({ readyState }) => readyState === 'live').length;
  }
}

/** Lets media elements play, or refuses as a browser does before the first click. */
export function installPlayback(): { isAllowed: boolean; readonly calls: () => number } {
  let calls = 0;
  const playback = { isAllowed: true, calls: () => calls };
  Object.assign(globalThis, { MediaStream: FakeStream });
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    value: null,
    writable: true,
    configurable: true,
  });
  Object.defineProperty(HTMLMediaElement.prototype, 'play', {
    configurable: true,
    value: async () => {
      calls += 1;
      if (!playback.isAllowed) throw new DOMException('user gesture first', 'NotAllowedError');
    },
  });
  return playback;
}
