import { useCallback, useEffect, useState } from 'react';

import type { PeerId } from '@conclave/core';
import type { UplinkChange } from '@conclave/mesh';
import { useUplink, useUplinkChanges } from '@conclave/react-bindings';

import { useNameList } from '../call/names';
import { Notice } from '../ui/notice';

/** Good news need not be closed by hand. */
const RESTORED_SHOWN_MS = 8_000;

/** Says that somebody gets less of one's picture than before, or all of it again. */
export function UplinkNotice(props: {
  /** Whether the panel that says the same is open. */
  readonly isOpen: boolean;
  readonly onOpen: () => void;
}) {
  const [latest, setLatest] = useState<readonly UplinkChange[]>([]);
  // Those who are in the same case share a notice; a later change says how it stands now.
  useUplinkChanges((change) => {
    if (change.why === 'asked') return;
    setLatest((former) => {
      const others = former.filter(({ farId, words }) => farId !== change.farId && words === change.words);
      return [...others, change];
    });
  });
  const close = useCallback(() => setLatest([]), []);
  if (props.isOpen || latest.length === 0) return null;
  return <Changes changes={latest} onOpen={props.onOpen} onClose={close} />;
}

function Changes(props: {
  readonly changes: readonly UplinkChange[];
  readonly onOpen: () => void;
  readonly onClose: () => void;
}) {
  const { changes, onClose } = props;
  const names = useNameList();
  const served = useUplink()?.subscribers.map(({ farId }) => farId) ?? [];
  const present = changes.filter(({ farId }) => served.includes(farId));
  const [first] = present;
  const isRestored = first?.change === 'restored';
  useEffect(() => {
    if (!isRestored) return undefined;
    const timer = setTimeout(onClose, RESTORED_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isRestored, changes, onClose]);
  if (!first) return null;
  return (
    <Notice
      testId="upload-notice"
      title={`For ${names(present.map(({ farId }) => farId as PeerId))}`}
      icon="upload"
      onClose={onClose}
      action={
        <button type="button" className="button small" data-testid="look-at-upload" onClick={props.onOpen}>
          Look
        </button>
      }
    >
      {first.words}
    </Notice>
  );
}
