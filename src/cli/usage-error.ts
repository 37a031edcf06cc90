/** Arguments, files or settings that a command cannot work with: nothing was tried. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
