import type { LocalMediaSnapshot } from '@conclave/react-bindings';

import { Notice } from '../ui/notice';
import { deviceWords } from '../words';

/** What is wrong with camera and microphone, each with a way to try again. */
export function DeviceNotices({ media }: { readonly media: LocalMediaSnapshot }) {
  const { camera, microphone, setCamera, setMicrophone } = media;
  return (
    <div className="notices">
      {microphone.phase === 'failed' && (
        <DeviceNotice device="microphone" error={microphone.error} onRetry={() => setMicrophone(true)} />
      )}
      {camera.phase === 'failed' && (
        <DeviceNotice device="camera" error={camera.error} onRetry={() => setCamera(true)} />
      )}
    </div>
  );
}

/** What is wrong with one device. */
export function DeviceNotice(props: {
  readonly device: 'camera' | 'microphone';
  readonly error: Parameters<typeof deviceWords>[1];
  readonly onRetry: () => void;
  readonly onClose?: () => void;
}) {
  const { title, advice } = deviceWords(props.device, props.error);
  return (
    <Notice
      testId={`${props.device}-problem`}
      title={title}
      icon={`${props.device}-off`}
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
