import { setTimeout as pause } from 'node:timers/promises';

/** Resolves once the condition holds; rejects after the limit, with what was last seen. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  limitMs: number,
  seen: () => string = () => '',
): Promise<void> {
  const endsAt = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > endsAt) throw new Error(`Not within ${limitMs} ms. ${seen()}`);
    await pause(20);
  }
}
