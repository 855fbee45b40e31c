import { useState } from 'react';

import type { PeerId } from '@conclave/core';
import { useParticipant, useVerification } from '@conclave/react-bindings';

import { useNameOf } from '../call/names';
import { useAcquaintance, warningAbout } from '../known/acquaintance';
import { useBook } from '../known/book';
import { personOf } from '../person';
import { Dialog } from '../ui/dialog';
import { Icon } from '../ui/icon';
import { Compare, Mismatch } from './compare';
import { Remember } from './remember';
import { TRUST_WORDS } from './trust-words';
import { useTrust } from './use-trust';

/** How sure one can be of somebody, and how to be surer. */
export function TrustDialog(props: {
  readonly id: PeerId;
  readonly onClose: () => void;
  readonly onLeave: () => void;
}) {
  const { id } = props;
  const [isMismatch, setMismatch] = useState(false);
  const name = useNameOf(id);
  const calledBy = personOf(useParticipant(id)?.metadata)?.name ?? name;
  const acquaintance = useAcquaintance(id, calledBy);
  const warning = warningAbout(acquaintance);
  const trust = useTrust(id);
  const code = useCode(id);
  return (
    <Dialog title={`How sure can you be of ${name}?`} testId="trust-dialog" onClose={props.onClose}>
      {trust && !isMismatch && (
        <p className={`trust-line ${trust}`} data-testid="trust-line" data-trust={trust} role="status">
          <Icon name={TRUST_WORDS[trust].icon} />
          <span>{TRUST_WORDS[trust].sentence}</span>
        </p>
      )}
      {warning && <p className="problem dialog-part">{warning}.</p>}
      {!code && <p className="dialog-part">There is no connection to {name} now, and no code without one.</p>}
      {code && isMismatch && (
        <Mismatch name={name} onAgain={() => setMismatch(false)} onLeave={props.onLeave} />
      )}
      {code && !isMismatch && <Compare code={code} name={name} onMismatch={() => setMismatch(true)} />}
      {code && !isMismatch && (
        <Remember id={id} calledBy={calledBy} isVerified={code.isVerified} acquaintance={acquaintance} />
      )}
    </Dialog>
  );
}

/** The code of somebody. That it was compared is kept with whom the user remembers. */
function useCode(id: PeerId) {
  const code = useVerification(id);
  const book = useBook();
  if (!code) return undefined;
  const verify = () => {
    code.verify();
    const name = book?.nameOf(id);
    // Where it cannot be kept, it holds for this call.
    if (name !== undefined) book?.pin(name, id, { persistent: true, verified: true }).catch(() => undefined);
  };
  return { ...code, verify };
}
