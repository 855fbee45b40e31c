import { FUZZ } from './support/fuzz-plan.js';
import { fuzzHttp } from './support/http-fuzz.js';
import { fuzzJwt } from './support/jwt-fuzz.js';

const { runs, seed, limitMs } = FUZZ;

test(
  '[A3] hostile tokens: each is answered, and none is accepted that the secret has not signed',
  async () => {
    const seen = await fuzzJwt(runs, seed);
    expect(seen.accepted + seen.refused).toBe(runs);
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(runs / 100);
  },
  limitMs,
);

test(
  '[A3] hostile requests: the rendezvous serves on',
  async () => {
    const seen = await fuzzHttp(runs, seed);
    expect(seen.sent).toBe(runs);
    expect(seen.closed).toBeGreaterThan(runs / 100);
  },
  3 * limitMs, // each goes through a socket
);
