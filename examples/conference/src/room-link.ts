/** What the address of the page says about a room. */
export type RoomLink =
  | { readonly kind: 'none' }
  | { readonly kind: 'room'; readonly room: string }
  /** It names a room, but none that there can be: the link was cut or mistyped. */
  | { readonly kind: 'broken' };

/** Letters and digits of any script, `-` and `_`; long enough not to be met by accident. */
const ROOM = /^[\p{L}\p{N}][\p{L}\p{N}_-]{2,79}$/u;

/** Reads the address of the page: `#room=name`, or `?room=name`. */
export function readLink({ hash, search }: { readonly hash: string; readonly search: string }): RoomLink {
  const named = new URLSearchParams(hash.slice(1)).get('room') ?? new URLSearchParams(search).get('room');
  if (named === null) return hash.length > 1 ? { kind: 'broken' } : { kind: 'none' };
  const room = named.normalize('NFC').trim();
  return ROOM.test(room) ? { kind: 'room', room } : { kind: 'broken' };
}

/** The room that somebody typed or pasted: a link, or the bare name of a room. */
export function readTyped(text: string): RoomLink {
  const typed = text.trim();
  if (typed === '') return { kind: 'none' };
  if (URL.canParse(typed)) {
    const link = readLink(new URL(typed));
    return link.kind === 'room' ? link : { kind: 'broken' };
  }
  return readLink({
    hash: `#room=${encodeURIComponent(typed.toLowerCase().replaceAll(/\s+/g, '-'))}`,
    search: '',
  });
}

/** The fragment that names a room. */
export function fragmentOf(room: string): string {
  return `#room=${encodeURIComponent(room)}`;
}

/** The link to a room, to be sent to others. */
export function linkTo(room: string): string {
  const { origin, pathname, search } = window.location;
  const kept = new URLSearchParams(search);
  kept.delete('room');
  return `${origin}${pathname}${kept.size > 0 ? `?${kept}` : ''}${fragmentOf(room)}`;
}
