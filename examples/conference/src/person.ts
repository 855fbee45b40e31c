import type { Value } from '@conclave/core';

import { tidyName } from './profile';

/** What somebody in the room says of himself. Nobody has checked it. */
export interface Person {
  readonly name: string;
  readonly microphone: boolean;
  readonly camera: boolean;
}

/** Reads the metadata of a participant; what is not of the expected form is not believed. */
export function personOf(metadata: Value | undefined): Person | undefined {
  if (typeof metadata !== 'object' || metadata === null || !('name' in metadata)) return undefined;
  const { name, microphone, camera } = metadata;
  if (typeof name !== 'string') return undefined;
  return { name: tidyName(name) || 'No name', microphone: microphone === true, camera: camera === true };
}

/** One of the six colours of people, the same for everybody who looks at this ID. */
export function colourOf(id: string): number {
  return Number.parseInt(id.slice(0, 4), 16) % 6;
}
