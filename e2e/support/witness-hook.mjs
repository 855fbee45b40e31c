// What sees every RTCPeerConnection from outside the code under test. It runs before that code, in a page or in Node.

/**
 * Puts a recorder before `scope.RTCPeerConnection`: each instance goes to `globalThis.witnessed`, and calls of what
 * negotiates are counted on it. The function is sent to pages as text: it uses nothing around it.
 *
 * @param {{ RTCPeerConnection: any }} scope
 */
export function installWitness(scope) {
  const { RTCPeerConnection: Native } = scope;
  /** @type {any[]} */
  const witnessed = [];
  const methods = ['createOffer', 'createAnswer', 'setLocalDescription', 'setRemoteDescription'];
  // A constructor that returns the native object: `instanceof`, prototypes and names stay those of the platform.
  scope.RTCPeerConnection = new Proxy(Native, {
    construct(target, args) {
      const pc = new target(...args);
      const calls = Object.fromEntries(methods.map((name) => [name, 0]));
      for (const name of methods) {
        const native = pc[name];
        pc[name] = function (...given) {
          calls[name] += 1;
          return native.apply(pc, given);
        };
      }
      witnessed.push({ pc, calls });
      return pc;
    },
  });
  /** @type {any} */ (globalThis).witnessed = witnessed;
}
