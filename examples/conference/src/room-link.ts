import { isRoomSecret, type RoomSecret } from '@conclave/mesh';

/** A room as a link names it. */
export interface Place {
  readonly room: string;
  /** What only those know who have the link. Without it the room is open to whoever knows its name. */
  readonly secret: RoomSecret | undefined;
}

/** What the address of the page says about a room. */
export type RoomLink =
  | { readonly kind: 'none' }
  | { readonly kind: 'room'; readonly place: Place }
  /** It names a room, but none that there can be: the link was cut or mistyped. */
  | { readonly kind: 'broken' }
  /** It has a secret that is not whole. The room of that name without a secret would be another one, open to all. */
  | { readonly kind: 'cut' };

/** Letters and digits of any script, `-` and `_`; long enough not to be met by accident. */
const ROOM = /^[\p{L}\p{N}][\p{L}\p{N}_-]{2,79}$/u;

/** Reads the address of the page: `#room=name&secret=...`, or `#room=name` and `?room=name` for an open room. */
export function readLink({ hash, search }: { readonly hash: string; readonly search: string }): RoomLink {
  const [fragment, query] = [new URLSearchParams(hash.slice(1)), new URLSearchParams(search)];
  const named = fragment.get('room') ?? query.get('room');
  if (named === null) return hash.length > 1 || query.has('secret') ? { kind: 'broken' } : { kind: 'none' };
  const room = named.normalize('NFC').trim();
  if (!ROOM.test(room)) return { kind: 'broken' };
  // A secret in the query has been told to the server: it is none any more.
  if (query.has('secret') || isCutBefore(fragment, hash)) return { kind: 'cut' };
  const secrets = fragment.getAll('secret');
  if (secrets.length === 0) return { kind: 'room', place: { room, secret: undefined } };
  const [secret] = secrets;
  return secrets.length === 1 && isRoomSecret(secret)
    ? { kind: 'room', place: { room, secret } }
    : { kind: 'cut' };
}

/** Whether the link ends within the word `secret`: what is left must not pass for the link of an open room. */
function isCutBefore(fragment: URLSearchParams, hash: string): boolean {
  return (
    hash.endsWith('&') || [...fragment.keys()].some((key) => key !== 'secret' && 'secret'.startsWith(key))
  );
}

/** The room that somebody typed or pasted: a link, what stands behind its `#`, or the bare name of an open room. */
export function readTyped(text: string): RoomLink {
  const typed = text.trim();
  if (typed === '') return { kind: 'none' };
  if (URL.canParse(typed)) {
    const link = readLink(new URL(typed));
    return link.kind === 'none' ? { kind: 'broken' } : link;
  }
  if (isRoomSecret(typed)) return { kind: 'cut' }; // as the name of an open room it would be told to the server
  const fragment = typed.replace(/^#/, '');
  if (/^room=|&/.test(fragment)) {
    return readLink({ hash: `#${fragment.startsWith('room=') ? '' : 'room='}${fragment}`, search: '' });
  }
  const name = encodeURIComponent(typed.toLowerCase().replaceAll(/\s+/g, '-'));
  return readLink({ hash: `#room=${name}`, search: '' });
}

/** The fragment that names a room: browsers never send it. */
export function fragmentOf({ room, secret }: Place): string {
  return `#room=${encodeURIComponent(room)}${secret === undefined ? '' : `&secret=${secret}`}`;
}

/** The link to a room, to be sent to others. */
export function linkTo(place: Place): string {
  const { origin, pathname, search } = window.location;
  const kept = new URLSearchParams(search);
  kept.delete('room');
  return `${origin}${pathname}${kept.size > 0 ? `?${kept}` : ''}${fragmentOf(place)}`;
}
