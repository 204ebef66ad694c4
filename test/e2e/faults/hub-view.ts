// What all Security Hubs of an emulated cloud show, and what is said of each finding there that counts.

import type { Cloud } from "../../../emulator/cloud.ts";
import type { StoredFinding } from "../../../emulator/aws/stores.ts";
import type { Status } from "../../../lib/model/finding.ts";

export interface Shown {
  readonly id: string;
  /** `Compliance.Status` and `RecordState`: `FAILED ACTIVE`. */
  readonly says: string;
  readonly createdAt: string;
}

export interface HubView {
  /** By id. */
  readonly findings: ReadonlyMap<string, Shown>;
  /** Ids that more than one hub shows. */
  readonly doubled: readonly string[];
}

export function toHubView({ stores }: Cloud): HubView {
  const shown = [...stores.findings.values()].flatMap((held) => [...held.values()].map(toShown));
  const findings = new Map(shown.map((finding) => [finding.id, finding]));
  const doubled = shown.filter((finding) => findings.get(finding.id) !== finding).map(({ id }) => id);
  return { findings, doubled };
}

function toShown(finding: StoredFinding): Shown {
  const compliance = finding["Compliance"];
  const status =
    typeof compliance === "object" && compliance !== null && "Status" in compliance
      ? compliance.Status
      : undefined;
  return {
    id: String(finding["Id"]),
    says: `${String(status)} ${String(finding["RecordState"])}`,
    createdAt: String(finding["CreatedAt"]),
  };
}

const COMPLIANCE: ReadonlyMap<string, string> = new Map([
  ["pass", "PASSED ACTIVE"],
  ["fail", "FAILED ACTIVE"],
  ["unknown", "NOT_AVAILABLE ACTIVE"],
  ["exempt", "WARNING ACTIVE"],
]);

/** A finding without a verdict does not apply: its subject is gone. */
export function isRight({ says }: Shown, status: Status = "not-applicable"): boolean {
  if (says === COMPLIANCE.get(status)) return true;
  // What passes again after it was archived is no news, and stays archived.
  return (status === "not-applicable" || status === "pass") && says.endsWith(" ARCHIVED");
}
