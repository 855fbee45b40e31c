import { openLab, type Lab } from '@conclave/lab';

const open: Lab[] = [];

/** A lab that is closed after the test, also where it fails. */
export async function openTestLab(): Promise<Lab> {
  const lab = await openLab();
  open.push(lab);
  return lab;
}

/** To be called in a suite that opens labs. */
export function closeLabsAfterEach(): void {
  afterEach(async () => {
    await Promise.all(open.splice(0).map((lab) => lab.close()));
  });
}
