// Reads back what json.ts wrote. A report may come from anywhere, so it is checked like any other foreign input.

import * as v from "valibot";
import type { Report } from "../model/report.ts";
import { shorten } from "../model/shorten.ts";
import { toVisibleText } from "../model/visible-text.ts";
import { ReportSchema } from "./schema.ts";

const ReportText = v.pipe(v.string(), v.parseJson(), ReportSchema);

/** null: not a report, or one of another schema version. */
export function parseReport(text: string): Report | null {
  const result = read(text);
  return result.success ? result.output : null;
}

const MAX_PATH_LENGTH = 200;

/** Of a text that is no report: the first place that tells, in one clause. Empty where it is one. */
export function whyNoReport(text: string): string {
  const [issue] = read(text).issues ?? [];
  if (issue === undefined) return "";
  const path = v.getDotPath(issue);
  if (path === null) return issue.kind === "transformation" ? "it is not JSON" : "it is not a map";
  const place = shorten(toVisibleText(path), MAX_PATH_LENGTH);
  if (issue.expected === "never")
    return `the key ${place} is of another version of Ringfence, or of no report`;
  return path === "schemaVersion" && issue.type === "literal"
    ? `its schemaVersion is ${issue.received}; this version of Ringfence reads ${issue.expected}`
    : `${place} is missing or wrong`;
}

function read(text: string) {
  return v.safeParse(ReportText, text, { abortEarly: true });
}
