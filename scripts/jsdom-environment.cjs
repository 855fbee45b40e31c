// @ts-check
// jsdom without what every evergreen browser has beside the DOM: hand it Node's.
const { TestEnvironment } = require('jest-environment-jsdom');
const { webcrypto } = require('node:crypto');

class BrowserLikeEnvironment extends TestEnvironment {
  /** @param {any[]} args */
  constructor(...args) {
    super(/** @type {any} */ (args)[0], args[1]);
    const { TextEncoder, TextDecoder, structuredClone, ReadableStream, fetch } = globalThis;
    Object.assign(this.global, { TextEncoder, TextDecoder, structuredClone, ReadableStream, fetch });
    // One realm of byte arrays, so that WebCrypto accepts what the code under test makes.
    Object.assign(this.global, { ArrayBuffer, Uint8Array });
    Object.defineProperty(this.global, 'crypto', { value: webcrypto, configurable: true });
  }

  /**
   * The packages' main entry, not a bundle for browsers.
   * @override
   */
  exportConditions() {
    return ['node', 'node-addons'];
  }
}

module.exports = BrowserLikeEnvironment;
