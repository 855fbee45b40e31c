/**
 * A validator of any library that follows the Standard Schema (https://standardschema.dev, version 1): Zod, Valibot,
 * ArkType and others. Only what is used of it is named here.
 */
export interface StandardSchema<Output> {
  /** What the standard asks of a schema. */
  readonly '~standard': {
    /** The version of the standard. */
    readonly version: 1;
    /** Who made the schema. */
    readonly vendor: string;
    /** Checks a value: `value` as the schema makes it, or `issues`. Must not return a promise here: messages keep their order. */
    readonly validate: (value: unknown) => unknown;
    /** For the compiler only. */
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** The value as a schema makes it; `undefined` where the schema does not accept it. Throws what the schema throws. */
export function conform<Output>(
  schema: StandardSchema<Output>,
  value: unknown,
): { readonly value: Output } | undefined {
  const result = schema['~standard'].validate(value) as {
    readonly issues?: unknown;
    readonly value?: Output;
  };
  if (result instanceof Promise) {
    result.catch(() => undefined); // what it says later is nobody's
    throw new TypeError('A schema for messages must answer at once.');
  }
  return result.issues === undefined ? { value: result.value as Output } : undefined;
}
