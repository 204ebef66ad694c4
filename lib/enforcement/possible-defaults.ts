// What a pod may meet that no policy selects: the set of outcomes that what was seen leaves open.

export type DefaultVerdict = "allowed" | "denied";

/** Null: an outcome that is not known. Empty: left alone. */
export type PossibleDefaults = readonly (DefaultVerdict | null)[];

/** Of several at work on one pod: it is denied as soon as one denies it, and allowed only if all leave it alone. */
export function combineDefaults(parts: readonly PossibleDefaults[]): PossibleDefaults {
  const touching = parts.filter((defaults) => defaults.length > 0);
  if (touching.some((defaults) => defaults.every((one) => one === "denied"))) return ["denied"];
  return [...new Set(touching.flat())];
}
