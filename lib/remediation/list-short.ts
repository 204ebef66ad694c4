// Names in a sentence that people read: a few of them, and how many more.

const MAX_NAMED = 10;

export function listShort(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMED).join(", ");
  return names.length > MAX_NAMED ? `${shown} and ${names.length - MAX_NAMED} more` : shown;
}
