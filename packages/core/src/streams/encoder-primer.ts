/** What makes a track from single frames (W3C MediaStreamTrack Insertable Media Processing, the form in Chromium's pages). */
interface FrameSource {
  readonly MediaStreamTrackGenerator: new (init: { readonly kind: 'video' }) => MediaStreamTrack & {
    readonly writable: WritableStream<VideoFrame>;
  };
  readonly VideoFrame: typeof VideoFrame;
}

/** A track with nothing to show but one black frame. */
export interface Primer {
  readonly track: MediaStreamTrack;
  /** Shows the frame. Rejects where the browser does not take it. */
  show(): Promise<void>;
}

/** The size where a track does not say its own: a wrong one only costs the encoder another set-up. */
const USUAL_SIZE = { width: 640, height: 480 };

/**
 * A primer of the size of a video track. Chromium's encoder sets itself up with the first frame of a new sender and
 * drops that frame; with a primer it is not the camera's, and the first picture leaves one frame interval earlier.
 * `undefined` where this is no video track, or the browser makes no tracks from frames.
 */
export function primerFor(track: MediaStreamTrack): Primer | undefined {
  const { MediaStreamTrackGenerator: Generator, VideoFrame: Frame } = globalThis as Partial<FrameSource>;
  if (track.kind !== 'video' || !Generator || !Frame) return undefined;
  const primer = new Generator({ kind: 'video' });
  return {
    track: primer,
    async show() {
      const { width = USUAL_SIZE.width, height = USUAL_SIZE.height } = track.getSettings();
      const [codedWidth, codedHeight] = [width & ~1, height & ~1]; // I420 has one colour for two by two pixels
      const luma = codedWidth * codedHeight;
      const black = new Uint8Array(luma * 1.5).fill(128, luma);
      const frame = new Frame(black, { format: 'I420', codedWidth, codedHeight, timestamp: 0 });
      await primer.writable.getWriter().write(frame);
    },
  };
}
