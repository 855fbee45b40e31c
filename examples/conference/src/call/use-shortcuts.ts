import { useEffect } from 'react';

import type { LocalMediaSnapshot } from '@conclave/react-bindings';

import { isWanted } from '../ui/device-buttons';

/** M mutes, V turns the camera off and on; not while somebody types. */
export function useShortcuts({ camera, microphone, setCamera, setMicrophone }: LocalMediaSnapshot): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const key = event.key.toLowerCase();
      if (key === 'm') setMicrophone(!isWanted(microphone));
      if (key === 'v') setCamera(!isWanted(camera));
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, [camera, microphone, setCamera, setMicrophone]);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
  );
}
