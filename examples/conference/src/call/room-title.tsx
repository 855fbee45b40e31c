import { useTalk } from './talk';

/** What the tab is called: the room, and how much in it was not read yet. */
export function RoomTitle({ name }: { readonly name: string }) {
  const { unread } = useTalk();
  return <title>{`${unread > 0 ? `(${unread}) ` : ''}${name} · Conclave`}</title>;
}
