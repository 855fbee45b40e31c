import { useState } from 'react';

import type { PeerId } from '@conclave/core';
import type { RoomHealth } from '@conclave/mesh';
import { useRoomHealth } from '@conclave/react-bindings';

import { Notice } from '../ui/notice';
import { useNameList } from './names';

/** More pairs than these are counted, not named. */
const MAX_NAMED = 3;

/** Says who cannot hear each other although this user hears both. Whom he cannot reach himself their tiles say. */
export function HealthNotice({ nearId }: { readonly nearId: PeerId }) {
  const health = useRoomHealth();
  const names = useNameList();
  const [closed, setClosed] = useState('');
  const pairs = health ? brokenPairs(health, nearId) : [];
  const key = pairs.map(({ a, b }) => `${a} ${b}`).join();
  if (pairs.length === 0 || key === closed) return null;
  const [first = '', ...others] = pairs
    .slice(0, MAX_NAMED)
    .map(({ a, b }) => `${names([a, b])} cannot reach each other`);
  const more = pairs.length - others.length - 1;
  return (
    <Notice
      testId="broken-pairs"
      title={others.length === 0 ? first : 'Some people here cannot reach each other'}
      icon="people"
      onClose={() => setClosed(key)}
    >
      {others.length > 0 && `${[first, ...others].join('. ')}. `}
      {more > 0 && `So it is with ${more} more of them. `}
      You reach both. Their browsers go on trying by themselves.
    </Notice>
  );
}

function brokenPairs({ pairs }: RoomHealth, nearId: PeerId) {
  const near = new Set(pairs.flatMap(({ a, b, state }) => (a === nearId && state === 'linked' ? [b] : [])));
  return pairs.filter(({ a, b, state }) => state === 'broken' && near.has(a) && near.has(b));
}
