// The formats of the report by their names on the command line; apart from formats.ts, so that --help does not
// load them all.

export const REPORT_FORMATS = [
  "text",
  "json",
  "html",
  "markdown",
  "csv",
  "junit",
  "sarif",
  "ocsf",
  "asff",
] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];
