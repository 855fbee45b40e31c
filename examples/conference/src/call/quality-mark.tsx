import type { PeerId } from '@conclave/core';
import type { ConnectionQuality } from '@conclave/mesh';
import { useConnectionQuality } from '@conclave/react-bindings';

const WORDS: Readonly<Record<Exclude<ConnectionQuality, 'unknown'>, { bars: number; said: string }>> = {
  good: { bars: 3, said: 'Good connection' },
  fair: { bars: 2, said: 'Fair connection' },
  poor: { bars: 1, said: 'Poor connection' },
  lost: { bars: 0, said: 'Connection lost' },
};

/** How good the connection with somebody is: bars and a word, not a colour; nothing until it was measured. */
export function QualityMark({ id }: { readonly id: PeerId }) {
  const quality = useConnectionQuality(id);
  if (quality === 'unknown') return null;
  const { bars, said } = WORDS[quality];
  return (
    <span
      className={`quality ${quality}`}
      role="img"
      aria-label={said}
      title={said}
      data-testid="quality"
      data-quality={quality}
    >
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        {[1, 2, 3].map((bar) => (
          <rect
            key={bar}
            x={bar * 5 - 4}
            y={15 - bar * 4.5}
            width="4"
            height={bar * 4.5}
            rx="1"
            className={bar <= bars ? 'bar' : 'bar empty'}
          />
        ))}
        {bars === 0 && <path d="M2 2l12 12" className="strike" />}
      </svg>
    </span>
  );
}
