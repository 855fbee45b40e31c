import { useId, useState } from 'react';

import { isRecognisable, setRecognisable } from '../known/near-identity';

/** Whether people whom one meets again may know that it is the same browser. */
export function BeRecognised() {
  const [isOn, setOn] = useState(isRecognisable);
  const id = useId();
  return (
    <div className="choice">
      <input
        type="checkbox"
        id={id}
        checked={isOn}
        aria-describedby={`${id}-about`}
        data-testid="be-recognised"
        onChange={({ target }) => {
          setOn(target.checked);
          setRecognisable(target.checked);
        }}
      />
      <div>
        <label htmlFor={id}>Let people recognise this browser</label>
        <p className="fine" id={`${id}-about`}>
          Who remembers you will know you again. Without it you are somebody new at each call.
        </p>
      </div>
    </div>
  );
}
