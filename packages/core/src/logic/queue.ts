/** A queue that never changes: first in, first out. Adding and taking cost the same however long it is. */
export interface Queue<T> {
  readonly size: number;
  /** In the order of leaving. */
  readonly front: Cons<T> | undefined;
  /** In the reverse order. */
  readonly back: Cons<T> | undefined;
}

interface Cons<T> {
  readonly head: T;
  readonly tail: Cons<T> | undefined;
}

const empty: Queue<never> = { size: 0, front: undefined, back: undefined };

/** A queue of these. */
export function queueOf<T>(items: readonly T[]): Queue<T> {
  const front = items.reduceRight<Cons<T> | undefined>((tail, head) => ({ head, tail }), undefined);
  return { ...empty, size: items.length, front };
}

/** Adds one at the end. */
export function push<T>({ size, front, back }: Queue<T>, item: T): Queue<T> {
  return { size: size + 1, front, back: { head: item, tail: back } };
}

/** Takes the first; `undefined` where there is none. */
export function shift<T>({ size, front, back }: Queue<T>): readonly [T, Queue<T>] | undefined {
  if (front) return [front.head, { size: size - 1, front: front.tail, back }];
  const turned = reversed(back);
  return turned && [turned.head, { size: size - 1, front: turned.tail, back: undefined }];
}

/** All, in order. */
export function toList<T>({ front, back }: Queue<T>): readonly T[] {
  const list: T[] = [];
  for (let at = front; at; at = at.tail) list.push(at.head);
  for (let at = reversed(back); at; at = at.tail) list.push(at.head);
  return list;
}

function reversed<T>(cons: Cons<T> | undefined): Cons<T> | undefined {
  let turned: Cons<T> | undefined;
  for (let at = cons; at; at = at.tail) turned = { head: at.head, tail: turned };
  return turned;
}
