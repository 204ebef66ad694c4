// What became of a finding: the word that people and the digest see, from what was said last and what is seen
// now. Pure. A passing or inapplicable finding that nobody was ever told of is no news: `unchanged`.

import type { Change, Status } from "../model/finding.ts";
import type { Told } from "./state.ts";

/** What asks for somebody's attention. */
export function isOpen(status: Status): boolean {
  return status === "fail" || status === "unknown" || status === "exempt";
}

/** `told` is null where nothing was ever confirmed. Heartbeats are for reconcile.ts to see. */
export function toChange(told: Told | null, status: Status): Exclude<Change, "heartbeat"> {
  switch (status) {
    case "fail":
      return toFailChange(told);
    case "unknown":
      return isActive(told, "unknown") ? "unchanged" : "unknown-now";
    case "exempt":
      return isActive(told, "exempt") ? "unchanged" : "exempt";
    case "pass":
      return told !== null && told.recordState === "ACTIVE" && isOpen(told.status) ? "resolved" : "unchanged";
    case "not-applicable":
      return told !== null && told.recordState === "ACTIVE" ? "vanished" : "unchanged";
  }
}

function toFailChange(told: Told | null): "new" | "regressed" | "unchanged" {
  if (told === null) return "new";
  if (isActive(told, "fail")) return "unchanged";
  if (!isActive(told, "unknown")) return "regressed";
  // In the dark it may have been repaired or not: what counts is the last time that somebody saw it.
  if (told.wasFailing === null) return "new";
  return told.wasFailing ? "unchanged" : "regressed";
}

function isActive(told: Told | null, status: Status): boolean {
  return told !== null && told.recordState === "ACTIVE" && told.status === status;
}
