/** Runs asynchronous operations one after the other, in the order in which they came. */
export interface OperationQueue {
  /** Runs an operation after all earlier ones have ended, however they ended. */
  run<T>(operation: () => Promise<T> | T): Promise<T>;
  /** Operations that have not ended. */
  readonly length: number;
}

/** Makes a queue. */
export function operationQueue(): OperationQueue {
  let tail: Promise<unknown> = Promise.resolve();
  let length = 0;
  return {
    get length() {
      return length;
    },
    run(operation) {
      length++;
      const result = tail.then(operation);
      const settle = () => {
        length--;
      };
      tail = result.then(settle, settle);
      return result;
    },
  };
}
