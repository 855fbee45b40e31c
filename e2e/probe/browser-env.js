// Media of a page: the fake camera and microphone, and the first frame that a video element shows.
export const env = {
  name: 'browser',
  RTCPeerConnection: globalThis.RTCPeerConnection,
  async tracks() {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: true,
      video: { width: 320, height: 240 },
    });
    return { audio: stream.getAudioTracks()[0], video: stream.getVideoTracks()[0] };
  },
  firstFrame(track) {
    const video = document.createElement('video');
    video.muted = true;
    video.playsInline = true;
    video.srcObject = new MediaStream([track]);
    document.body.append(video);
    return new Promise((resolve) => {
      video.requestVideoFrameCallback((_, frame) => {
        resolve({ width: frame.width });
        video.remove();
      });
      video.play().catch(() => undefined);
    });
  },
};
