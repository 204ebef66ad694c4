// Ctrl-C where half of the work is worth nothing. A scan is no such place: it reports what it saw until then.

export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}
