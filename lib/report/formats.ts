// Every format of the report by its name on the command line. ASFF comes from the caller, because it belongs to
// the sink that sends it.

import type { ReportView } from "../model/report.ts";
import { toBoundedPage } from "./bounded-page.ts";
import type { ControlPage } from "./control-page.ts";
import { toCsv } from "./csv.ts";
import { toJson } from "./json.ts";
import { toJunit } from "./junit.ts";
import { toMarkdown } from "./markdown.ts";
import { toOcsf } from "./ocsf.ts";
import type { Output } from "./output.ts";
import type { ReportFormat } from "./report-format.ts";
import { toSarif } from "./sarif.ts";
import { toText, type TextStyle } from "./text.ts";

export interface RenderContext {
  readonly text: TextStyle;
  /** The catalogue, in id order. */
  readonly controls: readonly ControlPage[];
  readonly toAsff: (report: ReportView) => Iterable<string>;
}

export function render(report: ReportView, format: ReportFormat, context: RenderContext): Output {
  switch (format) {
    case "json":
      return { pieces: toJson(report) };
    case "csv":
      return { pieces: toCsv(report) };
    case "text":
      return { pieces: toText(report, context.text) };
    case "sarif":
      return { pieces: toSarif(report, context.controls) };
    case "asff":
      return { pieces: context.toAsff(report) };
    case "html":
      return toBoundedPage(report);
    case "markdown":
      return toMarkdown(report);
    case "junit":
      return { pieces: toJunit(report) };
    case "ocsf":
      return { pieces: toOcsf(report, context.controls) };
  }
}
