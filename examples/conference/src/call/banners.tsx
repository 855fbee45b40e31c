import { useState, type ReactNode } from 'react';

import type { PeerId } from '@conclave/core';
import {
  useConnectionState,
  usePlayback,
  useReadable,
  type LocalMediaSnapshot,
} from '@conclave/react-bindings';

import { nearHindrance } from '../known/near-identity';
import { DeviceNotice } from '../lobby/device-notices';
import { rendezvousName } from '../rendezvous';
import { Notice } from '../ui/notice';

/** What everybody in the room should know now. */
export function Banners(props: {
  readonly media: LocalMediaSnapshot;
  readonly namesake: PeerId | undefined;
  /** How many the server listed who do not know the secret of the room. */
  readonly refused: number;
  /** Shows the list of people. */
  readonly onPeople: () => void;
  /** What else there is to know. */
  readonly children?: ReactNode;
}) {
  const { camera, microphone, setCamera, setMicrophone } = props.media;
  const connection = useConnectionState();
  const playback = usePlayback();
  const hindrance = useReadable(nearHindrance);
  // What failed in the lobby was said there.
  const [closed, setClosed] = useState<readonly unknown[]>(() => [errorOf(camera), errorOf(microphone)]);
  const close = (what: unknown) => setClosed((all) => [...all, what]);
  const isOpen = (what: unknown) => !closed.includes(what);

  return (
    <div className="banners">
      {props.children}
      {connection && connection.phase !== 'connected' && (
        <Notice testId="rendezvous-lost" title="The server is gone; your call goes on">
          {connection.phase === 'reconnecting'
            ? `New people cannot join until ${rendezvousName()} is back. It is tried again by itself.`
            : 'New people will not find you. Leave and join again to be found.'}
        </Notice>
      )}
      {playback.phase === 'blocked' && (
        <Notice
          testId="sound-blocked"
          title="Your browser holds back the sound"
          icon="sound"
          action={
            <button type="button" className="button primary small" onClick={playback.start}>
              Turn on sound
            </button>
          }
        />
      )}
      {microphone.phase === 'failed' && isOpen(microphone.error) && (
        <DeviceNotice
          device="microphone"
          error={microphone.error}
          onRetry={() => setMicrophone(true)}
          onClose={() => close(microphone.error)}
        />
      )}
      {camera.phase === 'failed' && isOpen(camera.error) && (
        <DeviceNotice
          device="camera"
          error={camera.error}
          onRetry={() => setCamera(true)}
          onClose={() => close(camera.error)}
        />
      )}
      {props.refused > 0 && isOpen('refused') && (
        <Notice
          testId="refused"
          title={props.refused === 1 ? 'Somebody was turned away' : `${props.refused} were turned away`}
          onClose={() => close('refused')}
        >
          The server listed whoever does not know the secret of this room. Nothing of yours goes there.
        </Notice>
      )}
      {hindrance && isOpen(hindrance) && (
        <Notice
          testId="not-recognised"
          title="You are somebody new in this call"
          onClose={() => close(hindrance)}
        >
          {hindrance === 'in-use'
            ? 'Another tab of this browser is in a call as the one whom people recognise. Leave there, then join again.'
            : 'This browser keeps nothing for this page, so people cannot recognise it.'}
        </Notice>
      )}
      {props.namesake && isOpen(props.namesake) && (
        <Notice
          testId="same-name"
          title="Somebody here has the same name as you"
          icon="people"
          onClose={() => close(props.namesake)}
          action={
            <button
              type="button"
              className="button small"
              onClick={() => {
                close(props.namesake);
                props.onPeople();
              }}
            >
              Change mine
            </button>
          }
        />
      )}
    </div>
  );
}

function errorOf(device: LocalMediaSnapshot['camera']): unknown {
  return device.phase === 'failed' ? device.error : undefined;
}
