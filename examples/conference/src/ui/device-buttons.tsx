import type { LocalDevice, LocalMediaSnapshot } from '@conclave/react-bindings';

import { Icon } from './icon';

/** Mutes and unmutes. */
export function MicrophoneButton({ media }: { readonly media: LocalMediaSnapshot }) {
  const { microphone, setMicrophone } = media;
  return (
    <DeviceButton
      device={microphone}
      name="microphone"
      keyHint="M"
      words={{ on: 'Mute', off: 'Unmute' }}
      onToggle={() => setMicrophone(!isWanted(microphone))}
    />
  );
}

/** Turns the camera on and off. */
export function CameraButton({ media }: { readonly media: LocalMediaSnapshot }) {
  const { camera, setCamera } = media;
  return (
    <DeviceButton
      device={camera}
      name="camera"
      keyHint="V"
      words={{ on: 'Stop camera', off: 'Start camera' }}
      onToggle={() => setCamera(!isWanted(camera))}
    />
  );
}

/** Whether the device is in use, or about to be. */
export function isWanted({ phase }: LocalDevice): boolean {
  return phase === 'on' || phase === 'opening';
}

function DeviceButton(props: {
  readonly device: LocalDevice;
  readonly name: 'microphone' | 'camera';
  readonly keyHint: string;
  readonly words: { readonly on: string; readonly off: string };
  readonly onToggle: () => void;
}) {
  const { device, name, keyHint, words } = props;
  const isOn = isWanted(device);
  const label = isOn ? words.on : words.off;
  return (
    <button
      type="button"
      className={`round ${isOn ? '' : 'off'} ${device.phase}`}
      aria-label={`${label}${device.phase === 'failed' ? ` (the ${name} failed, try again)` : ''}`}
      aria-keyshortcuts={keyHint}
      data-hint={`${label} (${keyHint})`}
      data-testid={`toggle-${name}`}
      data-phase={device.phase}
      onClick={props.onToggle}
    >
      <Icon name={isOn ? name : `${name}-off`} />
      {device.phase === 'failed' && <span className="dot-alert" aria-hidden="true" />}
    </button>
  );
}
