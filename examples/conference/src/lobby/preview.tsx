import { Video, type LocalMediaSnapshot } from '@conclave/react-bindings';

import { initialsOf } from '../profile';
import { CameraButton, MicrophoneButton } from '../ui/device-buttons';
import { Icon } from '../ui/icon';
import { useSpeaking } from '../use-speaking';

/** What the others will see and hear. */
export function Preview({ media, name }: { readonly media: LocalMediaSnapshot; readonly name: string }) {
  const { camera, microphone } = media;
  const isSpeaking = useSpeaking(microphone.phase === 'on' ? microphone.track : undefined);
  return (
    <div className={`preview ${isSpeaking ? 'speaking' : ''}`} data-testid="preview">
      {camera.phase === 'on' && <Video track={camera.track} className="mirrored" aria-label="Your camera" />}
      {camera.phase === 'opening' && (
        <p className="preview-words">Allow the camera and the microphone, if the browser asks.</p>
      )}
      {(camera.phase === 'off' || camera.phase === 'failed') && (
        <>
          <span className="initials colour-0">{name ? initialsOf(name) : <Icon name="camera-off" />}</span>
          <p className="preview-words low">
            {camera.phase === 'off' ? 'Your camera is off' : 'Nobody sees you'}
          </p>
        </>
      )}
      <div className="preview-buttons">
        <MicrophoneButton media={media} />
        <CameraButton media={media} />
      </div>
    </div>
  );
}
