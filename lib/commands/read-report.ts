// The report that `--report` names. What is none is told with the reason and the command that writes one.

import { readFileSync } from "node:fs";
import { explainFileError } from "../model/explain-file-error.ts";
import type { ClusterReport, Report } from "../model/report.ts";
import { compareScopes, type Scope } from "../model/scope-order.ts";
import { UsageError } from "../model/usage-error.ts";
import { parseReport, whyNoReport } from "../report/parse-report.ts";

const WRITE_ONE = "Write one with ringfence scan --format json --output FILE.";

export function readReport(file: string): Report {
  return toReport(`--report ${file}`, readText(file));
}

/** `name` is what the person who asked calls the text. Throws a UsageError for what is no report. */
export function toReport(name: string, text: string): Report {
  const report = parseReport(text);
  if (report !== null) return inOrder(report);
  throw new UsageError(`${name} is not a report that can be read: ${whyNoReport(text)}. ${WRITE_ONE}`);
}

/** As ringfence writes them; whoever joined two reports may not have. */
function inOrder(report: Report): Report {
  const scopeOf = ({ account, region, name }: ClusterReport): Scope => ({ account, region, cluster: name });
  return {
    ...report,
    clusters: report.clusters.toSorted((a, b) => compareScopes(scopeOf(a), scopeOf(b))),
    findings: report.findings.toSorted(compareScopes),
  };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`--report ${file} cannot be read: ${explainFileError(error)}. ${WRITE_ONE}`);
  }
}
