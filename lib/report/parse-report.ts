// Reads back what json.ts wrote. A report may come from anywhere, so it is checked like any other foreign input.

import * as v from "valibot";
import type { Report } from "../model/report.ts";
import { ReportSchema } from "./schema.ts";

const ReportText = v.pipe(v.string(), v.parseJson(), ReportSchema);

/** null: not a report, or one of another schema version. */
export function parseReport(text: string): Report | null {
  const result = v.safeParse(ReportText, text, { abortEarly: true });
  return result.success ? result.output : null;
}
