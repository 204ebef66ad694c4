// "Told wrong" on the command line: something that the person who typed it can mend.

/** The message says what is wrong and what to do. It never shows a secret. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}
