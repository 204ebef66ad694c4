// What is exempt, and why: it fails, and somebody has accepted that for a time.

import type { Page } from "./unpack.ts";
import { count, el } from "./elements.ts";
import { findingEntry } from "./finding-entry.ts";
import { pagedList } from "./lazy.ts";

const PAGE_SIZE = 50;

/** null where nothing is exempt. */
export function exemptionsSection(data: Page): HTMLElement | null {
  const exempt = data.findings.filter(({ status }) => status === "exempt");
  if (exempt.length === 0) return null;
  const list = el("ul", { class: "findings" });
  return el(
    "section",
    { id: "exemptions", "aria-labelledby": "exemptions-title" },
    el("h2", { id: "exemptions-title" }, "Exemptions"),
    el(
      "p",
      { class: "muted" },
      `${count(exempt.length, "finding")} failed and is exempt; each says who accepted it and until when.`,
    ),
    pagedList(exempt, PAGE_SIZE, "exemption", (finding) => findingEntry(finding, data), list),
  );
}
