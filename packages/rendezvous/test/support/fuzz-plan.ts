import { env } from 'node:process';

const RUNS = 100_000;
/** Several times what they need on an idle machine. */
const LIMIT_MS = 120_000;
const runs = Number(env['FUZZ_RUNS'] ?? RUNS);

/** How many inputs each property gets, which, and in what time: `npm run fuzz` asks for more than the suite does. */
export const FUZZ = {
  runs,
  seed: Number(env['FUZZ_SEED'] ?? 2026),
  limitMs: LIMIT_MS * Math.max(1, runs / RUNS),
};
