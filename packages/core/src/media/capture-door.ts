import type { ErrorCode } from '@conclave/protocol';

import { ConclaveError } from '../errors.js';

const CODES: Readonly<Record<string, ErrorCode>> = {
  NotAllowedError: 'media/denied',
  SecurityError: 'media/denied',
  NotFoundError: 'media/not-found',
  OverconstrainedError: 'media/not-found',
  NotReadableError: 'media/in-use',
  AbortError: 'media/in-use',
};

/**
 * Opens the camera, the microphone or both (W3C Media Capture section 10). Rejects with `media/denied`,
 * `media/not-found`, `media/in-use`, or `usage/unsupported` on a page that is not served over https or from localhost.
 */
export async function openCapture(constraints: MediaStreamConstraints): Promise<MediaStream> {
  const devices = (globalThis.navigator as Partial<Navigator> | undefined)?.mediaDevices;
  if (!devices) {
    throw new ConclaveError('usage/unsupported', {
      hint: 'Cameras and microphones need https or localhost.',
    });
  }
  try {
    return await devices.getUserMedia(constraints);
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : '';
    throw new ConclaveError(CODES[name] ?? 'media/not-found', { cause });
  }
}
