import type { DescriptionFacts, Direction } from '../../src/logic/sdp-check.js';

interface Attribute {
  readonly name: string;
  /** `undefined` where there is no colon (a property attribute). */
  readonly value: string | undefined;
}

interface Section {
  readonly kind: string | undefined;
  readonly attributes: readonly Attribute[];
}

/** What an attribute is called by the most lenient reader: blanks and capitals do not matter. */
function lenientName(line: string): string | undefined {
  const text = line.trim();
  const equals = text.indexOf('=');
  if (equals < 0 || text.slice(0, equals).trim().toLowerCase() !== 'a') return undefined;
  let name = '';
  for (const char of text.slice(equals + 1).trim()) {
    if (!/[a-z0-9_]/i.test(char)) break;
    name += char.toLowerCase();
  }
  return name;
}

/** The lines of a description, ended by LF or CRLF; `undefined` where a reader may see others. */
function linesOf(sdp: string): string[] | undefined {
  const [last = '', ...ended] = sdp.split('\n').reverse();
  const lines = [...ended.reverse().map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line)), last];
  const isDisputed = (line: string) => ['\r', '\0', '\u2028', '\u2029'].some((char) => line.includes(char));
  return lines.some(isDisputed) ? undefined : lines;
}

function kindOf(line: string): string | undefined {
  const [kind = '', ...rest] = line.slice(2).split(' ');
  const isWord = kind !== '' && Array.from(kind).every((char) => /[a-z0-9_]/i.test(char));
  return isWord && rest.length > 0 ? kind : undefined;
}

function fingerprintOf(value: string): string | undefined {
  const [algorithm, bytes, ...rest] = value.split(' ');
  const pairs = (bytes ?? '').toLowerCase().split(':');
  const isHex = (pair: string) =>
    pair.length === 2 && Array.from(pair).every((char) => '0123456789abcdef'.includes(char));
  const good =
    algorithm?.toLowerCase() === 'sha-256' && rest.length === 0 && pairs.length === 32 && pairs.every(isHex);
  return good ? pairs.join('') : undefined;
}

const DIRECTIONS: readonly string[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'] satisfies Direction[];
const directionOf = ({ attributes }: Section) =>
  attributes
    .filter(({ name, value }) => value === undefined && DIRECTIONS.includes(name))
    .map(({ name }) => name);
const valuesOf = (name: string, ...sections: readonly Section[]) =>
  sections.flatMap(({ attributes }) =>
    attributes.filter((one) => one.name === name).flatMap(({ value }) => value ?? []),
  );

/** A description read line by line, as RFC 8866 has it, with nothing shared with `checkDescription`. */
export function readNaively(sdp: string): DescriptionFacts | undefined {
  const lines = linesOf(sdp);
  if (!lines || sdp.length > 65_536 || lines[0] !== 'v=0') return undefined;
  type Open = Section & { readonly attributes: Attribute[] };
  const session: Open = { kind: undefined, attributes: [] };
  const media: Open[] = [];
  const fingerprints: (string | undefined)[] = [];
  for (const line of lines) {
    const lenient = lenientName(line);
    if (lenient === 'crypto' || lenient === 'identity') return undefined;
    if (line.startsWith('m=')) media.push({ kind: kindOf(line), attributes: [] });
    const colon = line.indexOf(':');
    const name = line.startsWith('a=') ? line.slice(2, colon < 0 ? undefined : colon) : undefined;
    const value = colon < 0 ? undefined : line.slice(colon + 1);
    if (lenient === 'fingerprint')
      fingerprints.push(name === 'fingerprint' ? fingerprintOf(value ?? '') : undefined);
    if (name !== undefined) (media.at(-1) ?? session).attributes.push({ name, value });
  }
  const [fingerprint] = fingerprints;
  if (fingerprint === undefined || fingerprints.some((one) => one !== fingerprint)) return undefined;
  const [setup, ...others] = new Set(valuesOf('setup', session, ...media.slice(0, 1)));
  if (setup === undefined || others.length > 0 || media.length === 0 || media.length > 64) return undefined;
  const read = media.map((section) => ({
    mid: valuesOf('mid', section).length === 1 ? valuesOf('mid', section)[0] : undefined,
    kind: section.kind,
    direction: directionOf(section),
  }));
  if (new Set(read.map(({ mid }) => mid)).size !== media.length) return undefined;
  if (
    read.some(
      ({ mid, kind, direction }) =>
        !mid || mid.length > 16 || /\s/.test(mid) || !kind || direction.length > 1,
    )
  )
    return undefined;
  const [fallback = 'sendrecv'] = directionOf(session);
  return {
    fingerprint,
    setup,
    media: read.map(({ mid = '', kind = '', direction: [direction = fallback] }) => ({
      mid,
      kind,
      direction: direction as Direction,
    })),
  };
}
