// NETPOL.9 ages: since when a blind spot has been one, in its sentence and at last in its severity. Pure. The age
// grows in three steps, so that a blind estate is not imported again every day for nothing but its age.

import { netpol9 } from "../controls/netpol-9.ts";
import { count } from "../model/counts.ts";
import type { Finding } from "../model/finding.ts";

/** A day: it was no passing fault. A week: the next weekly digest has it. A month: nobody is opening it. */
const STEPS_DAYS = [30, 7, 1] as const;
const RAISED_AT_DAYS = 30;
const DAY_MS = 24 * 3600 * 1000;

/** `openSince` null: this is the first run that sees it, or nobody remembers. */
export function toAged(finding: Finding, openSince: string | null, now: Date): Finding {
  if (finding.controlId !== netpol9.id || openSince === null) return finding;
  if (finding.status !== "fail" && finding.status !== "exempt") return finding;
  const ageMs = now.getTime() - Date.parse(openSince);
  const days = STEPS_DAYS.find((step) => ageMs >= step * DAY_MS);
  if (days === undefined) return finding;
  const since = `Not seen in full since ${openSince.slice(0, 10)}, for ${count(days, "day")} or more.`;
  const sentences = [finding.because, since];
  if (days < RAISED_AT_DAYS) return { ...finding, because: sentences.join(" ") };
  if (finding.subject.kind === "account") sentences.push(FORGOTTEN);
  // What was lowered on purpose stays low.
  if (finding.severity !== netpol9.severity) return { ...finding, because: sentences.join(" ") };
  sentences.push("High, because nobody has opened it in all that time.");
  return { ...finding, severity: "high", because: sentences.join(" ") };
}

// Non-control findings expire 90 days after their last update (Security Hub user guide), and only the account itself
// can update them.
const FORGOTTEN =
  "Nobody can renew its other findings in its own Security Hub, which forgets each 90 days after its last update.";
