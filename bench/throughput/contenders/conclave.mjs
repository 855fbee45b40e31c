import { connect } from '@conclave/core';

const STREAM = 'data';
const options = { key: 'demo', iceServers: [] };

/** The sending end: it waits to be played. */
export async function publish({ rendezvous }) {
  const connection = await connect(rendezvous, options);
  const stream = connection.publish(STREAM);
  const subscribed = new Promise((resolve) => {
    const stop = stream.peerStreams.subscribe(() => {
      if (stream.peerStreams.get().length === 0) return;
      stop();
      resolve();
    });
  });
  return {
    address: connection.nearId,
    subscribed,
    send: (bytes) => stream.send('message', bytes).accepted,
    async sendFile(file, signal) {
      const states = await stream.sendFile(file, { signal }).finished;
      for (const state of states.values())
        if (state.phase === 'failed' && !signal?.aborted) throw new Error(state.code);
    },
    close: () => connection.close(),
  };
}

/** The receiving end: a file goes into the sink that it asks for, a message to a function. */
export async function subscribe({ rendezvous }, address, { openSink, onMessage }) {
  const connection = await connect(rendezvous, options);
  const stream = connection.play(address, STREAM);
  stream.handle('message', onMessage);
  // A rejection reaches the sink too, and whoever waits for it.
  stream.onFile?.((offer) => offer.accept({ to: openSink() }).catch(() => undefined));
  await stream.ready;
  return { close: () => connection.close() };
}
