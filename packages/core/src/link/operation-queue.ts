import { ConclaveError } from '../errors.js';

/** Runs asynchronous operations one after the other, in the order in which they came. */
export interface OperationQueue {
  /** Runs an operation after all earlier ones have ended, however they ended. */
  run<T>(operation: () => Promise<T> | T): Promise<T>;
  /** Operations that have not ended. */
  readonly length: number;
}

/** Makes a queue. Above `maxLength` an operation is refused with `link/bad-frame`: a far end must not pile up work. */
export function operationQueue(maxLength = Number.POSITIVE_INFINITY): OperationQueue {
  let tail: Promise<unknown> = Promise.resolve();
  let length = 0;
  return {
    get length() {
      return length;
    },
    run(operation) {
      if (length >= maxLength) return Promise.reject(new ConclaveError('link/bad-frame'));
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
