// Every RTCPeerConnection that this page makes, whoever makes it: its statistics are the witness, the same for everybody.
// Imported before all contenders.

/** @type {RTCPeerConnection[]} */
export const connections = [];

globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...args) {
    super(...args);
    connections.push(this);
    this.addEventListener('track', ({ track }) => play(track));
  }
};

/** Without an element nobody asks the jitter buffer for sound, and its statistics stay 0. */
function play(track) {
  const element = document.createElement(track.kind);
  Object.assign(element, { autoplay: true, playsInline: true, muted: track.kind === 'video', width: 320 });
  element.srcObject = new MediaStream([track]);
  document.body.append(element);
  track.addEventListener('ended', () => element.remove());
}
