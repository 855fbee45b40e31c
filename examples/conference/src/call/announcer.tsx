import { useState } from 'react';

import { shownFileName } from '../files/file-name';
import { sizeWords, whyNotHere } from '../files/file-words';
import { keyOf, phaseOf, textOf, type Entry } from './entries';
import { useNameList } from './names';
import { useTalk } from './talk';

/** More of a message than this is not read out where nobody has asked for it. */
const MAX_READ_LENGTH = 140;

/** Says to who does not see it what comes, and how files end. What the open chat, or a notice, says itself it leaves out. */
export function Announcer({ isChatOpen }: { readonly isChatOpen: boolean }) {
  const { entries } = useTalk();
  const names = useNameList();
  const [heard, setHeard] = useState({ phases: phasesOf(entries), latest: '' });
  const news = entries.findLast((entry) => heard.phases.get(keyOf(entry)) !== phaseOf(entry));
  if (news) setHeard({ phases: phasesOf(entries), latest: keyOf(news) });
  const latest = entries.find((entry) => keyOf(entry) === heard.latest);
  return (
    <div className="hidden" role="status" data-testid="announcer">
      {latest && <p key={keyOf(latest)}>{sentenceOn(latest, isChatOpen, names)}</p>}
    </div>
  );
}

function phasesOf(entries: readonly Entry[]): ReadonlyMap<string, string> {
  return new Map(entries.map((entry) => [keyOf(entry), phaseOf(entry)]));
}

function sentenceOn(entry: Entry, isChatOpen: boolean, names: ReturnType<typeof useNameList>): string {
  switch (entry.kind) {
    case 'message': {
      const { sent, from, value } = entry.item;
      if (sent?.phase === 'incomplete') return `Your message may not have reached ${names(sent.missedBy)}`;
      if (sent || isChatOpen) return '';
      return `${names([from])}: ${textOf(value)?.slice(0, MAX_READ_LENGTH) ?? ''}`;
    }
    case 'sent': {
      const name = shownFileName(entry.item.name);
      if (entry.item.state === 'done') return `${name} has arrived everywhere`;
      if (entry.item.state === 'partly') return `${name} has not arrived everywhere`;
      return entry.item.state === 'failed' ? `${name} has arrived nowhere` : '';
    }
    case 'received': {
      const { from, size, state, code } = entry.item;
      const name = shownFileName(entry.item.name);
      if (state === 'offered') {
        return isChatOpen ? `${names([from])} offers you ${name}, ${sizeWords(size)}` : '';
      }
      if (state === 'done') return `${name} is here`;
      return state === 'failed' ? `${name}: ${whyNotHere(code)}` : '';
    }
  }
}
