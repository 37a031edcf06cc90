/** Says what failed in words that may be logged. */

/**
 * Returns the name of an error with its code, or with its message where it has no code: what a
 * database says in a message may quote the values it was given.
 */
export function describeError(cause: unknown): string {
  const { name = "Error", code, message = "" } = (cause ?? {}) as Described;
  if (typeof code === "string") return `${name} ${code}`;
  return message === "" ? "an unknown failure" : `${name}: ${message}`;
}

interface Described {
  readonly name?: string;
  readonly code?: unknown;
  readonly message?: string;
}
