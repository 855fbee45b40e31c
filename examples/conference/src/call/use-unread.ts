import { useState } from 'react';

import type { Message } from '@conclave/react-bindings';

/** How many messages of others came since the chat was last looked at. */
export function useUnread(messages: readonly Message[], isOpen: boolean): number {
  const latest = messages.at(-1)?.id ?? -1;
  const [seen, setSeen] = useState(latest);
  if (isOpen && seen !== latest) setSeen(latest);
  return isOpen ? 0 : messages.filter(({ id, sent }) => id > seen && !sent).length;
}
