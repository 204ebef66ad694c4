// The script of the HTML report: adds the details to the page that already says what matters.

import { clustersSection } from "./clusters.ts";
import { readPage } from "./read-page.ts";
import { el } from "./elements.ts";
import { exemptionsSection } from "./exemptions.ts";
import { findingsSection } from "./findings.ts";
import type { LazyDetails } from "./lazy.ts";
import { setUpPrinting } from "./print.ts";
import { setUpTheme } from "./theme.ts";

const data = readPage();
const findings = findingsSection(data);
const clusters = clustersSection(data, (cluster) => findings.showCluster(cluster));
const exemptions = exemptionsSection(data);
const announcement = el("p", { id: "announcement", class: "hidden", role: "status" });
const sections = [clusters.element, exemptions, findings.element, announcement];
document.getElementById("app")?.replaceWith(...sections.filter((section) => section !== null));

setUpTheme();
setUpPrinting(clusters.entries);
addEventListener("hashchange", () => openTarget(clusters.entries));
openTarget(clusters.entries);

/** `#cluster-3` opens that section. */
function openTarget(entries: readonly LazyDetails[]): void {
  const target = entries.find(({ element }) => `#${element.id}` === location.hash);
  if (target === undefined) return;
  target.open();
  target.element.scrollIntoView();
}
