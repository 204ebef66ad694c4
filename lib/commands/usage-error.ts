/** Something on the command line that the person who typed it can mend. The message says how. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
