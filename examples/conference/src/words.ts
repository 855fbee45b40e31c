import type { ConclaveError } from '@conclave/core';

/** What went wrong, and what to do about it, for people. */
export interface Words {
  readonly title: string;
  readonly advice: string;
}

/** Why a room could not be joined, or was lost. */
export function wordsOf({ code, message }: ConclaveError, server: string): Words {
  switch (code) {
    case 'rendezvous/refused':
    case 'rendezvous/unavailable':
    case 'rendezvous/lost':
    case 'rendezvous/shutting-down':
      return {
        title: 'The server does not answer',
        advice: `${server} introduces people to each other, and cannot be reached. Check that it runs and that you are online, then try again.`,
      };
    case 'rendezvous/timeout':
      return {
        title: 'The server takes too long',
        advice: `${server} did not answer in time. A firewall may be in the way, or the network is slow. Try again, or try another network.`,
      };
    case 'rendezvous/full':
    case 'rendezvous/rate-limited':
      return { title: 'The server is busy', advice: 'Wait a few seconds, then try again.' };
    case 'rendezvous/invalid-url':
      return {
        title: 'The link names no usable server',
        advice:
          'What follows “rendezvous=” in the link must look like wss://calls.example. Ask for the link again.',
      };
    case 'rendezvous/replaced':
      return { title: 'You joined elsewhere', advice: 'Another tab took over. Join again to continue here.' };
    case 'auth/unknown-key':
    case 'auth/origin':
      return {
        title: 'The server does not let this page in',
        advice: `${server} does not know this page’s key or address. Whoever runs it can allow it.`,
      };
    case 'auth/no-token':
    case 'auth/token-missing':
    case 'auth/token':
    case 'auth/token-expired':
      return {
        title: 'The server wants a pass that this page has not got',
        advice: `Whoever runs this page gives out passes for ${server}, and that did not work just now. Try again, or tell them.`,
      };
    case 'auth/revoked':
    case 'auth/page-origin':
      return {
        title: 'The server does not let this page in any more',
        advice: `Whoever runs ${server} has withdrawn this page’s key, or does not take it from this address.`,
      };
    case 'rendezvous/version':
      return {
        title: 'This page and the server are of different ages',
        advice: 'Reload the page. If that does not help, the server needs an update.',
      };
    case 'room/full':
      return {
        title: 'This room is full',
        advice: 'It holds nine people. Try again when somebody has left, or start another room.',
      };
    case 'room/limit':
      return { title: 'Too many rooms at once', advice: 'Leave another room first, then try again.' };
    case 'usage/unsupported':
      return {
        title: 'This browser cannot hold calls',
        advice: 'It lacks WebRTC, or has it turned off. Use a current Chrome, Edge, Firefox or Safari.',
      };
    default:
      return {
        title: 'That did not work',
        advice: `Try again. If it stays like this, tell whoever runs this page: ${message}`,
      };
  }
}

/** What of this end is concerned. */
export type DeviceName = 'camera' | 'microphone' | 'both';

const MISSED: Readonly<Record<DeviceName, string>> = {
  camera: 'Without it the others do not see you.',
  microphone: 'Without it the others do not hear you.',
  both: 'You can join all the same: see and hear the others, and write to them.',
};

/** Why there is no camera or no microphone. */
export function deviceWords(device: DeviceName, { code }: ConclaveError): Words {
  const [name, is, it] = device === 'both' ? ['camera and microphone', 'are', 'them'] : [device, 'is', 'it'];
  switch (code) {
    case 'media/denied':
      return {
        title: `The ${name} ${is} not allowed`,
        advice: `Allow ${it} in the address bar of the browser, or in the settings of your system, then try again. ${MISSED[device]}`,
      };
    case 'media/in-use':
      return {
        title: `The ${name} ${is} in use`,
        advice: `Close the other program that holds ${it}, then try again. ${MISSED[device]}`,
      };
    case 'usage/unsupported':
      return {
        title: `No ${name} on this page`,
        advice: 'Browsers allow that only on pages with https, and on localhost.',
      };
    default:
      return { title: `No ${name} found`, advice: `Plug ${it} in and try again. ${MISSED[device]}` };
  }
}
