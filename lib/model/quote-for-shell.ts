// A foreign name as one word of a POSIX shell command: whole, because a shortened name names something else.

import { toVisibleText } from "./visible-text.ts";

/**
 * What would steer a terminal is shown as its code: the command then names an object that does not exist,
 * instead of hiding what it does. No name that the Kubernetes or the EKS API admits has such characters.
 */
export function quoteForShell(text: string): string {
  const word = toVisibleText(text);
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
