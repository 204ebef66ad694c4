// How a Go program reads one boolean flag from a container's command line (package pflag). It may not guess:
// what a shell or an unread variable decides is null.

import type { Container } from "../model/kubernetes.ts";

/** `invalid`: the program ends with a usage error. `undecided`: the value is not in the manifest. */
export type FlagValue = boolean | "absent" | "invalid" | "undecided";

/** strconv.ParseBool: 1, t, T, TRUE, true, True, 0, f, F, FALSE, false, False; anything else is an error. */
export function parseGoBool(text: string): boolean | null {
  if (["1", "t", "T", "TRUE", "true", "True"].includes(text)) return true;
  if (["0", "f", "F", "FALSE", "false", "False"].includes(text)) return false;
  return null;
}

/** `name` without dashes. The last occurrence wins, and an invalid one anywhere ends the program. */
export function readBoolFlag(container: Container, name: string): FlagValue {
  const words = [...container.command, ...container.args];
  let value: FlagValue = "absent";
  for (const word of words) {
    // pflag stops at the terminator: what follows is positional.
    if (word === "--") break;
    const occurrence = readOccurrence(word, name, container);
    if (occurrence === "invalid") return "invalid";
    if (occurrence !== "absent") value = occurrence;
  }
  return value;
}

/** A flag that takes text, as `--flag=text` or `--flag text`. Undefined: not set; null: not in the manifest. */
export function readTextFlag(container: Container, name: string): string | null | undefined {
  const words = [...container.command, ...container.args];
  let value: string | null | undefined;
  for (const [index, word] of words.entries()) {
    if (word === "--") break;
    if (word.startsWith(`--${name}=`)) value = word.slice(name.length + 3);
    else if (word === `--${name}`) value = nextWord(words, index);
    else if (!word.startsWith("--") && word.includes(`--${name}`)) value = null;
  }
  return value?.includes("$(") ? null : value;
}

/** A boolean flag may stand alone: what follows then is the next flag. */
function nextWord(words: readonly string[], index: number): string {
  const next = words[index + 1];
  return next === undefined || next.startsWith("-") ? "" : next;
}

function readOccurrence(word: string, name: string, container: Container): FlagValue {
  // A boolean flag takes no separate argument: `--flag true` is the bare flag and a positional word.
  if (word === `--${name}`) return true;
  if (word.startsWith(`--${name}=`)) return readValue(word.slice(name.length + 3), container);
  // A shell line, as in `sh -c "exec agent --flag=true"`, is for the shell to take apart.
  return !word.startsWith("--") && word.includes(`--${name}`) ? "undecided" : "absent";
}

function readValue(text: string, container: Container): FlagValue {
  const reference = /^\$\(([^()]+)\)$/.exec(text);
  if (reference === null) return text.includes("$(") ? "undecided" : (parseGoBool(text) ?? "invalid");
  // Kubernetes replaces $(NAME) by the container's variable; one that is not listed may come from envFrom.
  const value = readEnv(container, reference[1] ?? "");
  if (value === undefined || value === null) return "undecided";
  return parseGoBool(value) ?? "invalid";
}

/** The literal value, null where it comes from a reference that is not read, undefined where it is not set. */
export function readEnv(container: Container, name: string): string | null | undefined {
  return Object.hasOwn(container.env, name) ? container.env[name] : undefined;
}
