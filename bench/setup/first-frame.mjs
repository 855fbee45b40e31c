/** A playing video without sound, as small as the camera. */
export function newVideo() {
  const video = document.createElement('video');
  Object.assign(video, { muted: true, autoplay: true, playsInline: true, width: 320, height: 240 });
  document.body.append(video);
  return video;
}

/** The witness, the same for everybody: resolves when the first decoded frame is there to be shown. */
export function firstFrame(video) {
  return new Promise((resolve) => {
    video.requestVideoFrameCallback(() => resolve(performance.now()));
  });
}
