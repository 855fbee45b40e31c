import { useState } from 'react';

import { shownFileName } from '../files/file-name';
import { sizeWords } from '../files/file-words';
import { Notice } from '../ui/notice';
import { useNameList } from './names';
import { useTalk } from './talk';

/** Says that files are offered while nobody looks at the chat. */
export function OfferNotice({
  isChatOpen,
  onOpen,
}: {
  readonly isChatOpen: boolean;
  readonly onOpen: () => void;
}) {
  const { entries } = useTalk();
  const names = useNameList();
  const [closedUpTo, setClosedUpTo] = useState(-1);
  const offers = entries.flatMap((entry) =>
    entry.kind === 'received' && entry.item.state === 'offered' ? [entry.item] : [],
  );
  const latest = offers.at(-1);
  if (isChatOpen || !latest || latest.id <= closedUpTo) return null;
  const isOne = offers.length === 1;
  const from = [...new Set(offers.map((offer) => offer.from))];
  const title = `${names(from)} ${from.length === 1 ? 'offers' : 'offer'} you ${isOne ? 'a file' : `${offers.length} files`}`;
  return (
    <Notice
      testId="offer-notice"
      title={title}
      icon="file"
      onClose={() => setClosedUpTo(latest.id)}
      action={
        <button type="button" className="button primary small" data-testid="look-at-offer" onClick={onOpen}>
          Look
        </button>
      }
    >
      {isOne && `${shownFileName(latest.name)}, ${sizeWords(latest.size)}`}
    </Notice>
  );
}
