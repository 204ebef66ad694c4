// Which findings a person wants to see. No DOM.

import type { Severity, Status } from "../../model/finding.ts";
import type { Page, PageFinding } from "./unpack.ts";

export interface FindingFilter {
  /** Every word must stand somewhere in the finding, in any case. */
  readonly text: string;
  readonly statuses: ReadonlySet<Status>;
  readonly severities: ReadonlySet<Severity>;
  /** Places in the page's tables; null: any. */
  readonly control: number | null;
  readonly cluster: number | null;
}

/** The search keeps the text of each finding once it was needed. */
export function createFindingSearch(data: Page): (filter: FindingFilter) => readonly PageFinding[] {
  const texts = new Map<PageFinding, string>();
  const textOf = (finding: PageFinding): string => {
    const known = texts.get(finding);
    if (known !== undefined) return known;
    const text = toText(finding, data);
    texts.set(finding, text);
    return text;
  };
  return ({ text, statuses, severities, control, cluster }) => {
    const words = text
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== "");
    return data.findings.filter(
      (finding) =>
        statuses.has(finding.status) &&
        severities.has(finding.severity) &&
        (control === null || finding.control === control) &&
        (cluster === null || finding.cluster === cluster) &&
        words.every((word) => textOf(finding).includes(word)),
    );
  };
}

function toText(finding: PageFinding, { controls, clusters }: Page): string {
  const control = controls[finding.control];
  const cluster = finding.cluster === null ? undefined : clusters[finding.cluster];
  return [
    control?.id,
    control?.title,
    cluster?.name,
    cluster?.account ?? finding.account,
    cluster?.region ?? finding.region,
    finding.subject.kind,
    finding.subject.name,
    finding.because,
    finding.id,
  ]
    .join("\n")
    .toLowerCase();
}
