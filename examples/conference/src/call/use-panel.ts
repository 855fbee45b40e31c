import { useCallback, useEffect, useState } from 'react';

/** What can be open beside the tiles. */
export type Panel = 'chat' | 'people' | 'upload';

/** Which panel is open. Escape closes it, and the focus goes back to the button that opened it. */
export function usePanel() {
  const [panel, setPanel] = useState<Panel>();
  const toggle = useCallback((which: Panel) => setPanel((open) => (open === which ? undefined : which)), []);
  const open = useCallback((which: Panel) => setPanel(which), []);
  const close = useCallback(() => {
    setPanel(undefined);
    if (panel) document.getElementById(`open-${panel}`)?.focus();
  }, [panel]);
  useEffect(() => {
    if (!panel) return undefined;
    const escape = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.isComposing) close();
    };
    window.addEventListener('keydown', escape);
    return () => window.removeEventListener('keydown', escape);
  }, [panel, close]);
  return { panel, toggle, open, close };
}
