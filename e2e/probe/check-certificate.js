// Item 7: the far certificate as the transport saw it, against the fingerprint that the description claims.
import { fingerprintOf, localAnswer, localOffer, mediaLines, newPair, openLanes, sleep } from './pair.js';
async function sha256(der) {
  const hash = new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', der));
  return [...hash].map((b) => b.toString(16).padStart(2, '0').toUpperCase()).join(':');
}
export async function run(env) {
  const [near, far] = newPair(env);
  const lanes = openLanes(near);
  const farLanes = openLanes(far);
  near.addTransceiver('audio', { direction: 'recvonly' });
  const facts = { 'pc.sctp before negotiation': String(near.sctp) };
  const count = () => near.sctp?.transport?.getRemoteCertificates().length;
  const atOpen = Promise.all(
    [lanes[0], farLanes[0]].map((lane) => new Promise((done) => (lane.onopen = done))),
  );
  const nearOpen = new Promise((done) => {
    lanes[0].addEventListener('open', () => done(`${near.sctp.transport.state}, ${count()}`));
  });
  const offer = await localOffer(near);
  const answer = await localAnswer(far, offer);
  await near.setRemoteDescription(answer);
  await Promise.race([atOpen, sleep(5000)]);
  facts['at lane open: DTLS state, certificates'] = await Promise.race([nearOpen, sleep(1000)]);
  const certificates = near.sctp.transport.getRemoteCertificates();
  facts['certificate type'] = Object.prototype.toString.call(certificates[0]);
  const seen = await sha256(certificates[0]);
  facts['equals the fingerprint of the far description'] = seen === fingerprintOf(near.remoteDescription.sdp);
  facts['equals the own fingerprint of the far end'] = seen === fingerprintOf(far.localDescription.sdp);
  facts['fingerprint lines in the offer'] =
    `${offer.sdp.match(/a=fingerprint:/g).length} for ${mediaLines(offer.sdp).length} m-lines`;
  facts['setup of the answer'] = [...new Set(answer.sdp.match(/a=setup:\w+/g))].join();
  near.close();
  facts['certificates after close()'] = String(count());
  far.close();
  return facts;
}
