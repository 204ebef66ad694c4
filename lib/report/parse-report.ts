// Reads back what json.ts wrote, as a whole or piece by piece. A report may come from anywhere, so it is checked like
// any other foreign input.

import * as v from "valibot";
import type { Finding } from "../model/finding.ts";
import type { ClusterReport, Report, ReportView } from "../model/report.ts";
import { compareScopes, type Scope } from "../model/scope-order.ts";
import { shorten } from "../model/shorten.ts";
import { toVisibleText } from "../model/visible-text.ts";
import { type JsonFrame, readFrame, readItems } from "./json-lists.ts";
import { ClusterSchema, FindingSchema, ReportSchema } from "./schema.ts";

const ReportText = v.pipe(v.string(), v.parseJson(), ReportSchema);
const ClusterText = v.pipe(v.string(), v.parseJson(), ClusterSchema);
const FindingText = v.pipe(v.string(), v.parseJson(), FindingSchema);

/** null: not a report, or one of another schema version. */
export function parseReport(text: string): Report | null {
  const result = read(text);
  return result.success ? result.output : null;
}

/** Of a text that is no report: the first place that tells, in one clause. Empty where it is one. */
export function whyNoReport(text: string): string {
  const [issue] = read(text).issues ?? [];
  return issue === undefined ? "" : toReason(issue);
}

function read(text: string) {
  return v.safeParse(ReportText, text, { abortEarly: true });
}

/** Chunks from a byte on, as often as asked for. */
export type ReadFrom = (offset: number) => Iterable<Buffer>;

/**
 * A report of any length, of which one cluster or finding is in memory at a time: each is checked when it is read.
 * `refuse` makes the error of a reason in one clause.
 */
export function openReport(readFrom: ReadFrom, refuse: (why: string) => Error): ReportView {
  const frame = readFrame(readFrom(0), ["clusters", "findings"]);
  if (frame === null)
    throw refuse(
      "it has a list twice or more lists than a report, or is too long beside its clusters and findings",
    );
  const parsed = read(frame.text);
  if (!parsed.success) throw refuse(toReason(parsed.issues[0]));
  const report = parsed.output;
  const open = { frame, readFrom, refuse };
  return {
    ...report,
    clusters: {
      [Symbol.iterator]: () =>
        readList(
          "clusters",
          ClusterText,
          ({ name, ...place }: ClusterReport) => ({ ...place, cluster: name }),
          open,
        ),
    },
    findings: {
      [Symbol.iterator]: () => readList("findings", FindingText, (finding: Finding) => finding, open),
    },
  };
}

interface OpenReport {
  readonly frame: JsonFrame;
  readonly readFrom: ReadFrom;
  readonly refuse: (why: string) => Error;
}

function* readList<T>(
  key: string,
  schema: v.GenericSchema<unknown, T>,
  toScope: (item: T) => Scope,
  { frame, readFrom, refuse }: OpenReport,
): Generator<T, void> {
  const start = frame.lists.get(key);
  // The frame has it, so it is there under a key that is written in another way.
  if (start === undefined) throw refuse(`the key ${key} is written as ringfence never does`);
  let index = 0;
  let previous: Scope | null = null;
  for (const text of readItems(readFrom(start))) {
    const result = v.safeParse(schema, text, { abortEarly: true });
    const place = `${key}.${index}`;
    if (!result.success) throw refuse(toReason(result.issues[0], place));
    const scope = toScope(result.output);
    if (previous !== null && compareScopes(previous, scope) > 0)
      throw refuse(`${place} stands in another order than ringfence writes, which only a short report may`);
    yield result.output;
    previous = scope;
    index += 1;
  }
}

const MAX_PATH_LENGTH = 200;

function toReason(issue: v.BaseIssue<unknown>, place?: string): string {
  const inside = v.getDotPath(issue);
  const path = [place, inside].filter((part) => part !== undefined && part !== null).join(".");
  if (inside === null) {
    const it = place ?? "it";
    return issue.kind === "transformation" ? `${it} is not JSON` : `${it} is not a map`;
  }
  const shown = shorten(toVisibleText(path), MAX_PATH_LENGTH);
  if (issue.expected === "never")
    return `the key ${shown} is of another version of Ringfence, or of no report`;
  return path === "schemaVersion" && issue.type === "literal"
    ? `its schemaVersion is ${issue.received}; this version of Ringfence reads ${issue.expected}`
    : `${shown} is missing or wrong`;
}
