// The step of an explanation that is about single rules: which admit many, which select nobody, and of which it is not
// known. Text only.

import type { FirstItems, InWords, NamespaceExplanation, RulesReview } from "../model/explanation.ts";
import type { DeadPeer, OverBroadRule, PolicyProblem } from "../model/isolation-detail.ts";
import { hanging, segment, type Line, type Segment, type Style } from "./layout.ts";

export interface RulesView {
  readonly width: number;
  readonly verbose: boolean;
}

const INDENT = segment("   ");
const BULLET: readonly Segment[] = [segment("    "), segment("· ", "dim")];
const MAX_SHOWN = 10;

export function toRuleLines({ rules, namespace }: NamespaceExplanation, view: RulesView): Line[] {
  if (!rules.seen) return hanging([INDENT], `Not known: ${rules.detail}.`, view.width, "magenta");
  const { overBroadRules, deadPeers, problems, ignoredPolicies, blind } = rules.value;
  const lines = [
    ...toListLines("Admit many:", overBroadRules, toPeerText, view),
    ...toListLines("Select no pod that policies reach:", deadPeers, toPeerText, view),
    ...toListLines(
      "Could not be read, so what they admit is not known:",
      problems,
      toProblemText,
      view,
      "magenta",
    ),
    ...toListLines("Count for nothing:", ignoredPolicies, toProblemText, view, "yellow"),
    ...(blind === null ? [] : hanging([INDENT, segment("Not known: ", "magenta")], `${blind}.`, view.width)),
  ];
  const isAny = overBroadRules.items.length + deadPeers.items.length > 0;
  if (isAny) return [...hanging([INDENT], NO_JUDGEMENT, view.width, "dim"), ...lines];
  return [...hanging([INDENT], toNoneText(rules.value, namespace.policies.length > 0), view.width), ...lines];
}

const NO_JUDGEMENT = "What was seen, and no judgement: whether it is meant so, the policies' owners know.";

function toNoneText({ problems, blind }: RulesReview, hasPolicies: boolean): string {
  const isWholeRead = problems.items.length === 0 && blind === null;
  if (!hasPolicies && isWholeRead) return "It has no policy, and so no rule.";
  const which = isWholeRead ? "None" : "None that could be read";
  return `${which}: no rule admits everyone, every namespace or a VPC's worth of addresses, and no selector of a rule is without a pod.`;
}

function toPeerText({
  policy,
  direction,
  path,
  detail,
  means,
}: (OverBroadRule | DeadPeer) & InWords): string {
  return `${policy}, ${direction}, ${path}: ${detail}. ${means}`;
}

function toProblemText({ policy, because }: PolicyProblem): string {
  return `${policy}: ${because}.`;
}

function toListLines<T>(
  heading: string,
  { items, more }: FirstItems<T>,
  toItemText: (item: T) => string,
  { width, verbose }: RulesView,
  style: Style = "bold",
): Line[] {
  if (items.length === 0) return [];
  const shown = verbose ? items : items.slice(0, MAX_SHOWN);
  const hidden = items.length - shown.length;
  const rest = hidden + more;
  const how = hidden > 0 ? " (--verbose shows more)" : "";
  return [
    ...hanging([INDENT], heading, width, style),
    ...shown.flatMap((item) => hanging(BULLET, toItemText(item), width)),
    ...(rest === 0 ? [] : hanging([segment("    ")], `… and ${rest} more${how}`, width, "dim")),
  ];
}
