// The report that `--report` names. What is none is told with the command that writes one.

import { readFileSync } from "node:fs";
import { explainFileError } from "../explain-file-error.ts";
import type { Report } from "../model/report.ts";
import { UsageError } from "../model/usage-error.ts";
import { parseReport } from "../report/parse-report.ts";

export function readReport(file: string): Report {
  const report = parseReport(readText(file));
  if (report !== null) return report;
  throw new UsageError(`--report ${file} is not a report: write one with ringfence scan --format json.`);
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(
      `--report ${file} cannot be read: ${explainFileError(error)}. Write one with ringfence scan --format json --output FILE.`,
    );
  }
}
