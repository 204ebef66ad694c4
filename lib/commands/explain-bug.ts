// What the terminal says of a mistake of our own: the stack, and what to do with it. Pure. An error that came from
// the SDK is only named, because its text may quote a session token.

export function explainBug(error: unknown): string {
  return [
    toText(error),
    "",
    "ringfence: this is a bug of Ringfence, and nothing that you did wrong; what was found is not complete.",
    "Please report it as an issue of its repository, with the text above, the command, and `ringfence --version`.",
    "Read the text first: names of your clusters and namespaces may stand in it.",
    "",
  ].join("\n");
}

function toText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (Object.hasOwn(error, "$metadata")) return `${error.name} (an answer of AWS that nobody expected)`;
  return error.stack ?? `${error.name}: ${error.message}`;
}
