import { useEffect, useEffectEvent, useState } from 'react';

/** Files that were dropped or pasted. */
export interface HandedFiles {
  readonly files: readonly File[];
  /** Whether folders were among them: browsers give those as files that nobody can read. */
  readonly hasFolder: boolean;
}

/** Takes the files that are dropped or pasted anywhere on the page. Tells whether some hover above it. */
export function useHandedFiles(onFiles: (handed: HandedFiles) => void): boolean {
  const [isOver, setOver] = useState(false);
  const hand = useEffectEvent(onFiles);
  useEffect(() => {
    const drag = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault(); // else the browser opens the file instead of the call
      event.dataTransfer.dropEffect = isInDialog(event) ? 'none' : 'copy';
      setOver(!isInDialog(event));
    };
    const leave = ({ relatedTarget }: DragEvent) => {
      if (relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      setOver(false);
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      if (!isInDialog(event)) hand(handedIn(event.dataTransfer));
    };
    const paste = (event: ClipboardEvent) => {
      const data = event.clipboardData;
      // Office programs put a picture beside the text: who pastes that means the text.
      if (!data?.types.includes('Files') || data.types.includes('text/plain') || isInDialog(event)) return;
      event.preventDefault();
      hand(handedIn(data));
    };
    const stop = new AbortController();
    const { signal } = stop;
    window.addEventListener('dragenter', drag, { signal });
    window.addEventListener('dragover', drag, { signal });
    window.addEventListener('dragleave', leave, { signal });
    window.addEventListener('drop', drop, { signal });
    window.addEventListener('paste', paste, { signal });
    return () => stop.abort();
  }, []);
  return isOver;
}

/** A dialog is about something else. */
function isInDialog({ target }: Event): boolean {
  return target instanceof Element && target.closest('dialog') !== null;
}

/** To be read before the event is over: afterwards it is empty. */
function handedIn(data: DataTransfer): HandedFiles {
  const items = [...data.items].filter(({ kind }) => kind === 'file');
  const files = items.flatMap((item) => {
    const file = item.webkitGetAsEntry()?.isDirectory ? null : item.getAsFile();
    return file ? [file] : [];
  });
  return { files, hasFolder: files.length < items.length };
}
