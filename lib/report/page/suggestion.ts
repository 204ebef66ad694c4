// The namespace as it is and as it would be with the policies that its findings suggest, one picture below the other.

import type { Posture } from "../../model/posture.ts";
import { POSTURE_WORDS } from "../page-words.ts";
import { el, tag, type Child } from "./elements.ts";
import { picture } from "./picture.ts";
import { toPictureModel } from "./picture-rows.ts";
import { toSentences } from "./picture-words.ts";
import type { PageSide, PageSuggestion } from "./unpack.ts";

export function suggestionPart(name: string, { policies, before, after }: PageSuggestion): readonly Child[] {
  const amount = policies.length === 1 ? "the suggested policy" : `the ${policies.length} suggested policies`;
  return [
    ...sidePart(name, "Now", before),
    ...sidePart(name, `With ${amount}`, after),
    el("p", { class: "muted" }, toMeaning(before.posture, after.posture)),
    el("p", { class: "muted name" }, `Suggested in the findings of this namespace: ${policies.join(", ")}.`),
  ];
}

function sidePart(name: string, title: string, side: PageSide): readonly Child[] {
  const model = toPictureModel(side);
  const { label, tone } = POSTURE_WORDS[side.posture];
  return [
    el("h6", {}, title, " ", tag(label, tone)),
    picture(name, side.posture, model),
    el(
      "details",
      { class: "words" },
      el("summary", {}, "In words"),
      el("ul", {}, ...toSentences(model).map((sentence) => el("li", { class: "name" }, sentence))),
    ),
  ];
}

function toMeaning(before: Posture, after: Posture): string {
  if (after === "inert")
    return "Policies change nothing here until something enforces them: that comes first.";
  const compared = "This compares what policies say, and is no observation of traffic.";
  return before === after
    ? `${compared} What else keeps the namespace as it is, its other findings say.`
    : compared;
}
