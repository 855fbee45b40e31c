import type { Readable } from '@conclave/core';

/** A readable that never changes. */
export function constant<T>(value: T): Readable<T> {
  return { get: () => value, subscribe: () => () => undefined };
}

/** Nothing to read. */
export const NOTHING: Readable<undefined> = constant(undefined);

/** A list in which nothing is. */
export const EMPTY_LIST: Readable<readonly never[]> = constant([]);

/**
 * A part of a readable. It keeps its reference for as long as `same` says so: a change elsewhere in the source renders
 * nobody who reads only this part.
 */
export function derived<T, Part>(
  source: Readable<T>,
  select: (value: T) => Part,
  same: (a: Part, b: Part) => boolean = Object.is,
): Readable<Part> {
  let seen: { readonly of: T; readonly part: Part } | undefined;
  return {
    get() {
      const of = source.get();
      if (seen && Object.is(seen.of, of)) return seen.part;
      const part = select(of);
      seen = { of, part: seen && same(seen.part, part) ? seen.part : part };
      return seen.part;
    },
    subscribe: (listener) => source.subscribe(listener),
  };
}

/** Several readables as one value, which is another one only when one of them changed. */
export function combined<T extends readonly unknown[], Whole>(
  sources: { readonly [K in keyof T]: Readable<T[K]> },
  make: (...values: T) => Whole,
): Readable<Whole> {
  let seen: { readonly of: T; readonly whole: Whole } | undefined;
  return {
    get() {
      const of = sources.map((source) => source.get()) as unknown as T;
      if (!seen?.of.every((value, index) => Object.is(value, of[index]))) seen = { of, whole: make(...of) };
      return seen.whole;
    },
    subscribe(listener) {
      const stops = sources.map((source) => source.subscribe(listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

/** Whether two lists hold the same things in the same order. */
export function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((one, index) => Object.is(one, b[index]));
}
