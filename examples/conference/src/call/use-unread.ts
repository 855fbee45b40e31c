import { useState } from 'react';

import type { Entry } from './entries';

/** How many messages and offers of others came since the chat was last looked at. */
export function useUnread(entries: readonly Entry[], isOpen: boolean): number {
  const latest = { message: latestId(entries, 'message'), received: latestId(entries, 'received') };
  const [seen, setSeen] = useState(latest);
  if (isOpen && (seen.message !== latest.message || seen.received !== latest.received)) setSeen(latest);
  if (isOpen) return 0;
  return entries.filter((entry) => {
    if (entry.kind === 'sent') return false;
    const isOwn = entry.kind === 'message' && entry.item.sent !== undefined;
    return !isOwn && entry.item.id > seen[entry.kind];
  }).length;
}

function latestId(entries: readonly Entry[], kind: Entry['kind']): number {
  return entries.findLast((entry) => entry.kind === kind)?.item.id ?? -1;
}
