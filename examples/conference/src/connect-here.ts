import { connect, ConclaveError } from '@conclave/core';

import { identityForCall } from './known/near-identity';
import { noticeFar } from './known/far-identities';
import { openBook } from './known/book';
import { fetchToken } from './token';

/** Whether the rendezvous has asked for a token on this page. */
let asksForToken = false;

/**
 * Connects as whom the user wants to be now, and notes which of the others let themselves be recognised. A token is
 * fetched where the rendezvous asks for one; a page that knows its rendezvous gives `token` at once.
 */
export const connectHere: typeof connect = async (url, options) => {
  openBook();
  const identity = await identityForCall();
  const asHere = { ...options, identity, recognise: noticeFar };
  const withToken = { ...asHere, token: () => fetchToken(identity.peerId) };
  if (asksForToken) return connect(url, withToken);
  try {
    return await connect(url, asHere);
  } catch (error) {
    if (!(error instanceof ConclaveError) || error.code !== 'auth/token-missing') throw error;
    asksForToken = true;
    return connect(url, withToken);
  }
};
