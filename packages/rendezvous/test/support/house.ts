import { createRendezvous, type Rendezvous, type RendezvousOptions } from '@conclave/rendezvous';

const open: Rendezvous[] = [];

/** A rendezvous that is closed after the test. */
export async function rendezvous(options: RendezvousOptions = {}): Promise<Rendezvous> {
  const made = await createRendezvous(options);
  open.push(made);
  return made;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});
