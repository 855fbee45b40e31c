import { useEffect, useState } from 'react';

import { usePlace } from '../place';
import { linkTo } from '../room-link';
import { Icon } from './icon';

type Copied = 'no' | 'yes' | 'refused';

const SAID_FOR_MS = 2_500;

/** Copies the link to the room, its secret with it; where the browser does not allow it, shows the link to be copied by hand. */
export function CopyLink({ className = '' }: { readonly className?: string }) {
  const [copied, setCopied] = useState<Copied>('no');
  const link = linkTo(usePlace());
  useEffect(() => {
    if (copied !== 'yes') return undefined;
    const timer = setTimeout(() => setCopied('no'), SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = () => {
    navigator.clipboard.writeText(link).then(
      () => setCopied('yes'),
      () => setCopied('refused'),
    );
  };
  if (copied === 'refused') {
    return (
      <input
        className="copied-by-hand"
        readOnly
        autoFocus
        value={link}
        aria-label="Copy this link"
        onFocus={(event) => event.target.select()}
      />
    );
  }
  return (
    <button type="button" className={`button ${className}`} onClick={copy} data-testid="copy-link">
      <Icon name={copied === 'yes' ? 'check' : 'link'} />
      <span aria-live="polite">{copied === 'yes' ? 'Link copied' : 'Copy link'}</span>
    </button>
  );
}
