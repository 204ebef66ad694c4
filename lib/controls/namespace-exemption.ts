// What a namespace says about its own exemptions, in four annotations. Reads and checks their form; whether they
// count is for the configuration to say (scan/exempt.ts).

import { isDay } from "../model/day.ts";
import type { Evidence } from "../model/finding.ts";
import type { Labels } from "../model/kubernetes.ts";
import { quoteForShell } from "../model/quote-for-shell.ts";
import { shorten } from "../model/shorten.ts";
import type { Judgement } from "./judge-namespaces.ts";

const EXEMPT = "ringfence.dev/exempt";
const REASON = "ringfence.dev/reason";
const OWNER = "ringfence.dev/owner";
const UNTIL = "ringfence.dev/until";
const ANNOTATIONS = [EXEMPT, REASON, OWNER, UNTIL] as const;

/** A sentence of the configuration may be as long. */
const MAX_TEXT = 500;
const MAX_PROBLEMS_NAMED = 5;
const CONTROL_ID = /^NETPOL\.[1-9]\d{0,2}$/;
/**
 * Whether a cluster is seen and enforces, and whether an exemption is valid, is not for the namespace to decide.
 * Once here, once as the pattern that an editor shows for `namespaceExemptions.allowed`.
 */
const NOT_SELF_EXEMPTIBLE = /^NETPOL\.(?:[1-9]|21|29)$/;

export interface NamespaceExemption {
  /** Well-formed ids that a namespace may decide on, each once. */
  readonly controls: readonly string[];
  readonly reason: string;
  readonly owner: string;
  readonly until: string;
  /** Reason, owner and a day are there: else nothing is exempt. */
  readonly complete: boolean;
  readonly problems: readonly ExemptionProblem[];
}

export interface ExemptionProblem {
  readonly observed: string;
  /** A clause. */
  readonly means: string;
}

/** null: the namespace says nothing of exemptions. */
export function parseNamespaceExemption(annotations: Labels): NamespaceExemption | null {
  if (!ANNOTATIONS.some((name) => Object.hasOwn(annotations, name))) return null;
  const [exempt, reason, owner, until] = ANNOTATIONS.map((name) => readText(annotations, name));
  const ids = [...new Set((exempt ?? "").split(/[\s,]+/).filter((id) => id !== ""))];
  const fields = [
    ...toMissing(ids.length === 0 ? "" : "some", EXEMPT, "names no control"),
    ...toMissing(reason, REASON, "gives no reason"),
    ...toMissing(owner, OWNER, "names no owner"),
    ...toUntilProblems(until ?? ""),
  ];
  return {
    controls: ids.filter((id) => toIdProblem(id) === null),
    reason: reason ?? "",
    owner: owner ?? "",
    until: until ?? "",
    complete: fields.length === 0,
    problems: [...fields, ...ids.flatMap((id) => toIdProblem(id) ?? [])],
  };
}

function readText(annotations: Labels, name: string): string {
  const text = Object.hasOwn(annotations, name) ? (annotations[name] ?? "") : "";
  return shorten(text.trim(), MAX_TEXT);
}

function toMissing(text: string | undefined, annotation: string, means: string): ExemptionProblem[] {
  return text === undefined || text === "" ? [{ observed: `${annotation} is absent or empty`, means }] : [];
}

function toUntilProblems(until: string): ExemptionProblem[] {
  if (until === "") return toMissing(until, UNTIL, "has no last day");
  if (isDay(until)) return [];
  return [{ observed: `${UNTIL}: ${until}`, means: "has a last day that is not of the form 2027-01-31" }];
}

function toIdProblem(id: string): ExemptionProblem | null {
  const observed = `${EXEMPT}: ${shorten(id, MAX_TEXT)}`;
  if (!CONTROL_ID.test(id)) return { observed, means: `names ${shorten(id, 50)}, which is no control` };
  if (NOT_SELF_EXEMPTIBLE.test(id))
    return { observed, means: `names ${id}, from which no namespace may exempt itself` };
  return null;
}

export function judgeNamespaceExemption(name: string, problems: readonly ExemptionProblem[]): Judgement {
  if (problems.length === 0)
    return {
      status: "pass",
      because: `Namespace ${name} exempts itself with reason, owner and a last day.`,
      evidence: [],
    };
  const named = problems.slice(0, MAX_PROBLEMS_NAMED).map(({ means }) => means);
  const rest = problems.length - named.length;
  return {
    status: "fail",
    because: `The exemption that namespace ${name} declares ${named.join("; it ")}${rest > 0 ? `; and ${rest} more` : ""}.`,
    evidence: problems.map((problem) => toEvidence(name, problem)),
  };
}

function toEvidence(name: string, { observed, means }: ExemptionProblem): Evidence {
  return {
    source: "Kubernetes API",
    object: `namespace ${name}`,
    observed,
    means: `the exemption ${means}`,
    command: `kubectl get namespace ${quoteForShell(name)} -o jsonpath='{.metadata.annotations}'`,
  };
}
