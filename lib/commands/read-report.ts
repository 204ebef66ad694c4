// The report that `--report` names. What is none is told with the reason and the command that writes one.

import { readFileSync } from "node:fs";
import { explainFileError } from "../model/explain-file-error.ts";
import type { Report } from "../model/report.ts";
import { UsageError } from "../model/usage-error.ts";
import { parseReport, whyNoReport } from "../report/parse-report.ts";

const WRITE_ONE = "Write one with ringfence scan --format json --output FILE.";

export function readReport(file: string): Report {
  return toReport(`--report ${file}`, readText(file));
}

/** `name` is what the person who asked calls the text. Throws a UsageError for what is no report. */
export function toReport(name: string, text: string): Report {
  const report = parseReport(text);
  if (report !== null) return report;
  throw new UsageError(`${name} is not a report that can be read: ${whyNoReport(text)}. ${WRITE_ONE}`);
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`--report ${file} cannot be read: ${explainFileError(error)}. ${WRITE_ONE}`);
  }
}
