import { ConclaveError, type Connection } from '@conclave/core';

import { UplinkControl } from './control.js';

interface Held {
  readonly control: UplinkControl;
  readonly statedBps: number | undefined;
  holders: number;
}

const controls = new WeakMap<Connection, Held>();

/** A room's share in the control of its connection's uplink. */
export interface HeldControl {
  readonly control: UplinkControl;
  /** The room is left; with the last one the control ends. */
  release(): void;
}

/**
 * The control of a connection's uplink: all its rooms share one, since they share the uplink. Throws `usage/invalid-argument` where
 * another room has stated another capacity, or none; who states nothing takes what there is.
 */
export function holdControl(connection: Connection, statedBps: number | undefined): HeldControl {
  const known = controls.get(connection);
  if (known && statedBps !== undefined && known.statedBps !== statedBps)
    throw new ConclaveError('usage/invalid-argument', {
      hint: 'All rooms of a connection share its uplink: state the same capacity in each, or in none.',
    });
  const held = known ?? { control: new UplinkControl(connection, statedBps), statedBps, holders: 0 };
  controls.set(connection, held);
  held.holders += 1;
  let isReleased = false;
  return {
    control: held.control,
    release() {
      if (isReleased) return;
      isReleased = true;
      held.holders -= 1;
      if (held.holders > 0) return;
      controls.delete(connection);
      held.control.stop();
    },
  };
}
