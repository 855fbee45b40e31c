import { play } from '../../node/support/actions.js';
import { until } from '../../support/wait.js';
import { takeApart } from '../support/envelopes.js';
import { enter, nothingHappens, recordOf, standingCall } from '../support/honest.js';
import { useHostileCast } from '../support/hostile-cast.js';

const cast = useHostileCast('alice', 'bob', 'charlie');

/** Where the parts of an envelope begin and end in its bytes. */
function placesOf(envelope: Uint8Array) {
  const { signed, spki, signature } = takeApart(envelope);
  const startOf = (part: Uint8Array) => Buffer.from(envelope).indexOf(part);
  const [text, key, mark] = [startOf(signed), startOf(spki), startOf(signature)];
  return {
    'the frame around it': [0, text - 1, key - 1, mark - 1],
    'what is signed': [text, text + 12, text + Math.floor(signed.length / 2), text + signed.length - 1],
    'the key': [key, key + 26, key + 27, key + spki.length - 1],
    'the signature': [mark, mark + 31, mark + 32, mark + signature.length - 1],
  };
}

/** What cannot be decoded, is no key, names somebody else, or does not fit its signature. */
const CODES: readonly string[] = [
  'link/bad-frame',
  'identity/bad-key',
  'identity/mismatch',
  'auth/signature',
];

const flipped = (envelope: Uint8Array, at: number) => {
  const changed = Uint8Array.from(envelope);
  changed[at]! ^= 1;
  return changed;
};

test.each(['offer', 'answer', 'candidates'])(
  '[B2] one byte flipped in an envelope with %s is refused wherever it is, and changes nothing; the call goes on',
  async (kind) => {
    const call = await standingCall(cast);
    const charlie = cast.peer('charlie');
    await enter(charlie, cast);
    let sent = 0;
    let victim = call.alice;
    cast.rendezvous.lies.pass = (passed) => {
      if (passed.kind !== kind) return passed.kind === 'candidates' ? [] : [passed];
      if (kind === 'candidates' && passed.to !== call.aliceId) return [];
      victim = passed.to === call.aliceId ? call.alice : charlie;
      const all = Object.values(placesOf(passed.envelope)).flat();
      sent += all.length;
      return all.map((at) => ({ ...passed, envelope: flipped(passed.envelope, at) }));
    };
    void play(charlie, call.aliceId, 'camera');
    const refused = async () => (await recordOf(victim)).refused;
    await until(async () => sent > 0 && (await refused()).length === sent, {
      within: 5_000,
      what: 'every one is refused',
    });
    const codes = [...new Set<string>(await refused())].filter((code) => !CODES.includes(code));
    expect(codes).toEqual([]);
    expect(await refused()).toContain('auth/signature');
    await Promise.all([call.goesOn(), nothingHappens(charlie)]);
  },
);
