// What a picture says, in words: its legend, and all of it for those who cannot see it. No DOM.

import type { Posture } from "../../model/posture.ts";
import type { Flow, Flows, PictureRow } from "./picture-rows.ts";

const LEGEND: Readonly<Record<Flow, string>> = {
  all: "Red: open to all of it.",
  part: "Amber: open to a part of it.",
  unknown: "Violet, dashed: not known.",
  named: "No line: only what the policies name; which peers these are is not in this report.",
};

/** Explains what is in the picture, and nothing else. */
export function toCaption(posture: Posture, rows: readonly PictureRow[]): string {
  if (posture === "inert")
    return "Nothing enforces the policies here, so every path is open, as drawn. A hollow bar: here they would let only named peers through.";
  const flows = new Set(rows.filter(({ hostNetwork }) => !hostNetwork).flatMap(toFlowsOf));
  const legend = (["all", "part", "unknown", "named"] as const).filter((flow) => flows.has(flow));
  return ["As the policies say.", ...legend.map((flow) => LEGEND[flow])].join(" ");
}

function toFlowsOf({ ingress, egress }: PictureRow): readonly Flow[] {
  return [ingress.cluster, ingress.external, egress.cluster, egress.external];
}

const MAX_NAMES = 3;

export function toDescription(name: string, rows: readonly PictureRow[]): string {
  const sentences = rows.map(({ names, hostNetwork, ingress, egress }) => {
    const rest = names.length - MAX_NAMES;
    const who = names.slice(0, MAX_NAMES).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
    if (hostNetwork) return `${who}: on the host's network, which no policy covers.`;
    return `${who}: ingress ${toWords(ingress)}; egress ${toWords(egress)}.`;
  });
  return `Namespace ${name}, as the policies say. ${sentences.join(" ")}`;
}

const WORDS: Readonly<Record<Exclude<Flow, "named">, string>> = {
  all: "open",
  part: "open in part",
  unknown: "not known",
};

function toWords({ cluster, external }: Flows): string {
  const parts = [
    ...(external === "named" ? [] : [`${WORDS[external]} to addresses`]),
    ...(cluster === "named" ? [] : [`${WORDS[cluster]} to every pod`]),
  ];
  return parts.length === 0 ? "only named peers" : parts.join(", ");
}
