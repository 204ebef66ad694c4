// The namespaces of a cluster as tiles; the one that is opened shows its policies, its picture and its workloads.

import type { DefaultDeny, Posture } from "../../model/posture.ts";
import { DEFAULT_DENY_WORDS, POSTURE_WORDS } from "../page-words.ts";
import { POSTURE_ORDER } from "../posture-order.ts";
import type { NamespaceDetail, PageCluster, PageNamespace } from "../page-data.ts";
import { unpackSuggestion, unpackWorkload, type Page, type PageWorkload } from "./unpack.ts";
import { count, el, mark, tag, type Child } from "./elements.ts";
import { pagedList } from "./lazy.ts";
import { picture } from "./picture.ts";
import { toPictureRows } from "./picture-rows.ts";
import { suggestionPart } from "./suggestion.ts";
import { podsInWords, workloadTable } from "./workloads.ts";

const PAGE_SIZE = 200;

export function namespacesPart(
  { namespaces, suggestionsLeftOut = 0 }: Pick<PageCluster, "namespaces" | "suggestionsLeftOut">,
  data: Page,
): readonly Child[] {
  if (namespaces.length === 0) return [];
  const panel = el("div", { class: "panel", "aria-live": "polite" });
  const worstFirst = namespaces.toSorted(
    (a, b) => POSTURE_ORDER.indexOf(a.posture) - POSTURE_ORDER.indexOf(b.posture),
  );
  const tiles = createTiles(panel, data);
  return [
    el("h4", {}, "Namespaces"),
    pagedList(worstFirst, PAGE_SIZE, "namespace", tiles, el("ul", { class: "tiles" })),
    panel,
    suggestionsLeftOut === 0 ? null : el("p", { class: "muted" }, toLeftOut(suggestionsLeftOut)),
  ];
}

function toLeftOut(amount: number): string {
  const what = count(amount, "namespace");
  return `Of ${what} the suggested policies are not drawn here; ringfence fix writes them.`;
}

/** One tile is open at a time. */
function createTiles(panel: HTMLElement, data: Page): (namespace: PageNamespace) => HTMLElement {
  let open: HTMLElement | null = null;
  return (namespace) => {
    const { label, tone } = POSTURE_WORDS[namespace.posture];
    const button = el(
      "button",
      { type: "button", class: `tile tone-${tone}`, "aria-expanded": "false", title: namespace.name },
      mark(namespace.posture),
      el("span", { class: "tile-name" }, namespace.name),
      el("span", { class: "hidden" }, `, ${label}`),
    );
    button.addEventListener("click", () => {
      const wasOpen = open === button;
      open?.setAttribute("aria-expanded", "false");
      open = wasOpen ? null : button;
      button.setAttribute("aria-expanded", String(!wasOpen));
      panel.replaceChildren(...(wasOpen ? [] : [namespacePanel(namespace, data)]));
    });
    return el("li", {}, button);
  };
}

function namespacePanel({ name, posture, detail }: PageNamespace, data: Page): HTMLElement {
  const { label, tone, meaning } = POSTURE_WORDS[posture];
  return el(
    "section",
    { class: "namespace" },
    el("h5", { class: "name" }, mark(posture), name, " ", tag(label, tone)),
    el("p", { class: "muted" }, `${label} means: ${meaning}.`),
    ...(detail === null
      ? [el("p", {}, "Its workloads and policies were left to the JSON report to keep this file small.")]
      : detailPart({ name, posture, detail }, data)),
  );
}

function detailPart(
  { name, posture, detail }: PageNamespace & { readonly detail: NamespaceDetail },
  data: Page,
): readonly Child[] {
  const workloads = detail.workloads.map((workload) => unpackWorkload(workload, data));
  return [
    policiesPart(detail, posture),
    ...(workloads.length === 0
      ? [el("p", { class: "muted" }, "No workloads.")]
      : [
          ...picturePart(name, posture, detail, workloads, data),
          el("p", { class: "muted" }, podsInWords(workloads)),
          workloadTable(workloads, posture),
        ]),
  ];
}

/** Where policies are suggested, the picture knows whom they name and what would change. */
function picturePart(
  name: string,
  posture: Posture,
  { suggestion }: NamespaceDetail,
  workloads: readonly PageWorkload[],
  data: Page,
): readonly Child[] {
  return suggestion === undefined
    ? [
        picture(name, posture, {
          rows: toPictureRows(workloads),
          peers: null,
          isCut: false,
          isDoubtful: false,
        }),
      ]
    : suggestionPart(name, unpackSuggestion(suggestion, data));
}

function policiesPart(
  { policies, deadPolicies, unprocessedPolicies = [], defaultDeny, assumesEnforcement }: NamespaceDetail,
  posture: Posture,
): HTMLElement {
  return el(
    "dl",
    { class: "facts" },
    el("div", {}, el("dt", {}, "Ingress"), el("dd", {}, defaultDenyTag(defaultDeny.ingress, posture))),
    el("div", {}, el("dt", {}, "Egress"), el("dd", {}, defaultDenyTag(defaultDeny.egress, posture))),
    fact("Policies", policies.length === 0 ? "none" : policies.join(", ")),
    deadPolicies.length === 0 ? null : fact("Select nothing", deadPolicies.join(", ")),
    unprocessedPolicies.length === 0 ? null : fact("Not processed", unprocessedPolicies.join(", ")),
    assumesEnforcement === true ? fact("Assumed", "that something enforces the policies") : null,
  );
}

/** A default deny that nothing enforces is a declaration. */
function defaultDenyTag(defaultDeny: DefaultDeny, posture: Posture): HTMLElement {
  const { label, tone } = DEFAULT_DENY_WORDS[defaultDeny];
  return posture === "inert" && (defaultDeny === "effective" || defaultDeny === "declared")
    ? tag("deny declared, not enforced", "warn")
    : tag(label, tone);
}

function fact(term: string, text: string): HTMLElement {
  return el("div", {}, el("dt", {}, term), el("dd", { class: "name" }, text));
}
