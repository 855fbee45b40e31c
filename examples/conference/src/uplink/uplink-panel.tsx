import { lazy, Suspense } from 'react';

import type { Room } from '@conclave/mesh';
import { useReadable, useRoomCapacity } from '@conclave/react-bindings';

import { SidePanel } from '../call/side-panel';
import { PARTS, sumOf, type Division } from './division';
import type { Recording } from './recording';
import { ShareBar } from './share-bar';
import { ShareRow } from './share-row';
import { capacityWords, fitWords, PART_WORDS, rateWords } from './uplink-words';

// What draws the plot is larger than the rest of the page's own code: it comes when it is looked at.
const UplinkPlot = lazy(() => import('./uplink-plot').then((module) => ({ default: module.UplinkPlot })));

/** Who gets what of the upload, and why. */
export function UplinkPanel(props: {
  readonly room: Room;
  readonly recording: Recording;
  readonly onClose: () => void;
}) {
  const { room, recording, onClose } = props;
  const recorded = useReadable(recording.recorded);
  const capacity = useRoomCapacity();
  const isAlone = recorded?.now.shares.length === 0;
  return (
    <SidePanel title="Upload" testId="upload-panel" onClose={onClose}>
      <div className="upload" tabIndex={0} role="region" aria-label="How your upload is divided">
        {capacity && (
          <p className="upload-part upload-people" data-testid="upload-capacity">
            {capacityWords(capacity)} {!isAlone && <span>{fitWords(room.wouldFit())}</span>}
          </p>
        )}
        {isAlone && (
          <p className="panel-empty" data-testid="upload-alone">
            Nobody else is here, so nothing is sent.
          </p>
        )}
        {recorded && !isAlone && (
          <>
            <Total division={recorded.now} />
            <Shares division={recorded.now} />
            <Suspense fallback={<div className="uplink-plot" />}>
              <UplinkPlot past={recorded.past} />
            </Suspense>
          </>
        )}
      </div>
    </SidePanel>
  );
}

function Total({ division }: { readonly division: Division }) {
  const { capacityBps, total } = division;
  const sum = sumOf(total);
  return (
    <section className="upload-part" aria-label="Everything together">
      <p className="upload-sum" data-testid="upload-total">
        <strong>{rateWords(sum)}</strong>{' '}
        {capacityBps === undefined
          ? 'is sent. How much your upload carries is not known yet: it shows when there is more to send.'
          : `of about ${rateWords(capacityBps)} is in use`}
      </p>
      <ShareBar label="In use" rates={total} fullBps={Math.max(sum, capacityBps ?? 0)} testId="total-bar" />
      <ul className="upload-key">
        {PARTS.map((part) => (
          <li key={part}>
            <span className={`share-part of-${part}`} aria-hidden="true" />
            {PART_WORDS[part]} <span className="fine">{rateWords(total[part])}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Shares({ division }: { readonly division: Division }) {
  const fullBps = Math.max(...division.shares.map(({ rates }) => sumOf(rates)));
  return (
    <ul className="upload-part shares">
      {division.shares.map((share) => (
        <ShareRow key={share.id} share={share} fullBps={fullBps} />
      ))}
    </ul>
  );
}
