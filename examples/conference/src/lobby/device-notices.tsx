import type { ConclaveError } from '@conclave/core';
import type { LocalMediaSnapshot } from '@conclave/react-bindings';

import { Notice } from '../ui/notice';
import { deviceWords, type DeviceName } from '../words';

/** What is wrong with camera and microphone, each with a way to try again. */
export function DeviceNotices({ media }: { readonly media: LocalMediaSnapshot }) {
  const { camera, microphone, setCamera, setMicrophone } = media;
  const cameraError = camera.phase === 'failed' ? camera.error : undefined;
  const microphoneError = microphone.phase === 'failed' ? microphone.error : undefined;
  const retryBoth = () => {
    setMicrophone(true);
    setCamera(true);
  };
  if (cameraError && cameraError.code === microphoneError?.code) {
    return (
      <div className="notices">
        <DeviceNotice device="both" error={cameraError} onRetry={retryBoth} />
      </div>
    );
  }
  return (
    <div className="notices">
      {microphoneError && (
        <DeviceNotice device="microphone" error={microphoneError} onRetry={() => setMicrophone(true)} />
      )}
      {cameraError && <DeviceNotice device="camera" error={cameraError} onRetry={() => setCamera(true)} />}
    </div>
  );
}

/** What is wrong with one device. */
export function DeviceNotice(props: {
  readonly device: DeviceName;
  readonly error: ConclaveError;
  readonly onRetry: () => void;
  readonly onClose?: () => void;
}) {
  const { title, advice } = deviceWords(props.device, props.error);
  return (
    <Notice
      testId={props.device === 'both' ? 'devices-problem' : `${props.device}-problem`}
      title={title}
      icon={props.device === 'both' ? 'camera-off' : `${props.device}-off`}
      {...(props.onClose && { onClose: props.onClose })}
      action={
        <button type="button" className="button small" onClick={props.onRetry}>
          Try again
        </button>
      }
    >
      {advice}
    </Notice>
  );
}
