/** A playing video without sound, as small as the camera. */
export function newVideo() {
  const video = document.createElement('video');
  Object.assign(video, { muted: true, autoplay: true, playsInline: true, width: 320, height: 240 });
  document.body.append(video);
  return video;
}

/** Darker than this, of 255, is black: the fake camera is green, with a bright clock. */
const BLACK = 40;
const canvas = new OffscreenCanvas(16, 12);
const context = canvas.getContext('2d', { willReadFrequently: true });

/** The witness, the same for everybody: the time when the first decoded frame of a camera is there; black is nobody's. */
export function firstFrame(video) {
  return new Promise((resolve) => {
    const look = () => {
      const shownAtMs = performance.now();
      context.drawImage(video, 0, 0, canvas.width, canvas.height);
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      const isBlack = data.every((value, index) => value < BLACK || index % 4 === 3);
      if (isBlack) video.requestVideoFrameCallback(look);
      else resolve(shownAtMs);
    };
    video.requestVideoFrameCallback(look);
  });
}
