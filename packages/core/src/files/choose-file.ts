import type { ErrorCode } from '@conclave/protocol';

import { ConclaveError } from '../errors.js';

/** What TypeScript does not know yet of File System Access (WICG), as far as it is used here. */
interface Picker {
  showSaveFilePicker?(options: {
    readonly suggestedName?: string;
    readonly types?: readonly { readonly accept: Readonly<Record<string, readonly string[]>> }[];
  }): Promise<{ createWritable(): Promise<WritableStream<Uint8Array>> }>;
}

const CODES: Readonly<Record<string, ErrorCode>> = {
  AbortError: 'usage/aborted',
  SecurityError: 'usage/unsupported', // no click of the user, or a frame of another origin
};

/**
 * Asks the user where to keep a file, to be handed to `accept` as `to`: it goes to the disk as it comes, and is there
 * only once all of it is. Call it in a click. `undefined` where the browser cannot do that (Firefox and Safari): accept
 * without `to` then. Rejects with `usage/aborted` where the user chose none, `usage/unsupported` outside a click, and
 * `file/unwritable`.
 *
 * @param name - What is suggested to the user; the user may choose another one.
 * @param type - The media type, to which the ending of the name belongs; may be empty.
 */
export async function chooseFile(
  name: string,
  type: string,
): Promise<WritableStream<Uint8Array> | undefined> {
  const picker = globalThis as Picker;
  if (!picker.showSaveFilePicker) return undefined;
  const ending = /\.[a-z0-9]{1,15}$/i.exec(name)?.[0];
  const isType = /^[a-z]+\/[a-z0-9.+-]+$/i.test(type);
  try {
    const chosen = await picker.showSaveFilePicker({
      ...(name && { suggestedName: name }),
      ...(ending && isType && { types: [{ accept: { [type]: [ending] } }] }),
    });
    return await chosen.createWritable();
  } catch (cause) {
    const code = cause instanceof Error ? CODES[cause.name] : undefined;
    throw new ConclaveError(code ?? 'file/unwritable', { cause });
  }
}
