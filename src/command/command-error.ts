/** What a person asked for cannot be done; `message` is one sentence that says what to do. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}
