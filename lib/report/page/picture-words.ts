// What a picture says, in words: its legend, and all of it for those who cannot see it. No DOM.

import type { Posture } from "../../model/posture.ts";
import type { Flow, Flows, NamedPeer, PictureModel, PictureRow, Side } from "./picture-rows.ts";

const LEGEND: Readonly<Record<Exclude<Flow, "named">, string>> = {
  all: "Red: open to all of it.",
  part: "Amber: open to a part of it.",
  unknown: "Violet, dashed: not known.",
};
const NAMED = "Green: only whom the policies name.";
const NAMED_ELSEWHERE = "No line: only what the policies name; which peers these are is not in this report.";

/** Explains what is in the picture, and nothing else. */
export function toCaption(posture: Posture, { rows, peers, isCut, isDoubtful }: PictureModel): string {
  const cut = [
    ...(isCut ? ["Not all of it had room here."] : []),
    ...(isDoubtful ? ["More may be allowed than could be read."] : []),
  ];
  if (posture === "inert")
    return [
      "Nothing enforces the policies here, so every path is open, as drawn. A hollow bar: here they would let only named peers through.",
      ...cut,
    ].join(" ");
  const flows = new Set(rows.filter(({ hostNetwork }) => !hostNetwork).flatMap(toFlowsOf));
  const legend = (["all", "part", "unknown"] as const).filter((flow) => flows.has(flow));
  return [
    "As the policies say.",
    ...legend.map((flow) => LEGEND[flow]),
    ...(flows.has("named") ? [peers === null ? NAMED_ELSEWHERE : NAMED] : []),
    ...cut,
  ].join(" ");
}

function toFlowsOf({ ingress, egress }: PictureRow): readonly Flow[] {
  return [ingress.cluster, ingress.external, egress.cluster, egress.external];
}

const MAX_NAMES = 3;

export function toDescription(name: string, model: PictureModel): string {
  return `Namespace ${name}, as the policies say. ${toSentences(model).join(" ")}`;
}

/** One for each row. */
export function toSentences({ rows, peers }: PictureModel): readonly string[] {
  return rows.map(({ names, amount, hostNetwork, ingress, egress, named }) => {
    const shown = names.slice(0, MAX_NAMES);
    const rest = amount - shown.length;
    const who = shown.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
    if (hostNetwork) return `${who}: on the host's network, which no policy covers.`;
    const words = (side: Side, flows: Flows): string =>
      toWords(flows, peers === null ? null : named[side].flatMap((place) => peers[side][place]?.peers ?? []));
    return `${who}: ingress ${words("ingress", ingress)}; egress ${words("egress", egress)}.`;
  });
}

export function toPeerText({ who, where, ports }: NamedPeer): string {
  return `${who}${where === "" ? "" : ` in ${where}`} on ${ports}`;
}

const WORDS: Readonly<Record<Exclude<Flow, "named">, string>> = {
  all: "open",
  part: "open in part",
  unknown: "not known",
};

function toWords({ cluster, external }: Flows, peers: readonly NamedPeer[] | null): string {
  const parts = [
    ...(external === "named" ? [] : [`${WORDS[external]} to addresses`]),
    ...(cluster === "named" ? [] : [`${WORDS[cluster]} to every pod`]),
    ...(peers ?? []).map(toPeerText),
  ];
  if (parts.length > 0) return parts.join(", ");
  return peers === null ? "only named peers" : "nobody";
}
