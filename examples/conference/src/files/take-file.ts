import { ConclaveError } from '@conclave/core';
import { chooseFile } from '@conclave/core/files';
import type { ReceivedFile } from '@conclave/react-bindings';

import { diskFileName } from './file-name';

/** Whether this browser asks where to keep a file, and writes it there as it comes. */
export const choosesPlace = () => 'showSaveFilePicker' in globalThis;

/**
 * Takes a file that was offered: to the place that the user chooses, where the browser can do that; else it is kept in the
 * page. Whoever chooses none has not answered yet. To be called in a click.
 */
export async function takeFile({ name, type, accept }: ReceivedFile): Promise<void> {
  let place: WritableStream<Uint8Array> | undefined;
  try {
    place = await chooseFile(diskFileName(name), type);
  } catch (error) {
    if (error instanceof ConclaveError && error.code === 'usage/aborted') return;
    // No place is to be had: in the page it is kept all the same.
  }
  accept(place);
  // Where the offer had ended while the user chose, nobody writes to that place.
  if (place && !place.locked) await place.abort().catch(() => undefined);
}
