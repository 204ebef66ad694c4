// What every namespace control does first: which namespaces are judged at all, and the one sentence for
// those that are not. A control then says only what is its own.

import type { EvaluationSettings, Isolation, Verdict } from "../model/control.ts";
import type { NamespaceDetail } from "../model/isolation-detail.ts";
import { livePolicies } from "../model/live-policies.ts";
import type { Unseen } from "../model/observed.ts";
import type { NamespaceReport, WorkloadReport } from "../model/posture.ts";
import { compileGlob } from "../glob.ts";

export type Judgement = Omit<Verdict, "subject">;

/** Asks `judge` for each namespace that the settings do not set aside. Order: as in the report. */
export function judgeNamespaces(
  isolation: Isolation,
  settings: EvaluationSettings,
  judge: (namespace: NamespaceReport, detail: NamespaceDetail) => Judgement,
): readonly Verdict[] {
  const setAside = createSetAside(settings);
  return isolation.namespaces.map((namespace, index) => {
    const subject = { kind: "namespace", name: namespace.name } as const;
    const detail = isolation.details[index];
    if (detail?.name !== namespace.name) throw judgedWithoutDetail(namespace.name);
    return {
      subject,
      ...(setAside(detail) ?? withReservation(judge(namespace, detail), { namespace, detail })),
    };
  });
}

/** The judgement on a namespace that the configuration sets aside, with its reason; null: it is judged. */
export function createSetAside({
  unjudgedNamespaces,
  terminatingNamespaces,
}: EvaluationSettings): (namespace: NamespaceDetail) => Judgement | null {
  const rules = unjudgedNamespaces.map(({ glob, reason }) => ({ matches: compileGlob(glob), reason }));
  const skipsTerminating = terminatingNamespaces === "skip";
  return ({ name, terminating }) => {
    const reason = rules.find(({ matches }) => matches(name))?.reason;
    if (reason !== undefined)
      return notApplicable(`Namespace ${name} is not judged: ${reason.replace(/\.$/, "")}.`);
    return skipsTerminating && terminating === true
      ? notApplicable(
          `Namespace ${name} is not judged: it is being deleted (namespaces.terminating is skip).`,
        )
      : null;
  };
}

/** All that is known of a namespace. */
interface NamespacePicture {
  readonly namespace: NamespaceReport;
  readonly detail: NamespaceDetail;
}

/** Every namespace of the report has its detail: one that is missing is our bug, and never "nothing found". */
export function createPictures({ namespaces, details }: Isolation): (name: string) => NamespacePicture {
  const indexOf = new Map(namespaces.map(({ name }, index) => [name, index]));
  return (name) => {
    const index = indexOf.get(name) ?? -1;
    const [namespace, detail] = [namespaces[index], details[index]];
    if (namespace === undefined || detail?.name !== name) throw judgedWithoutDetail(name);
    return { namespace, detail };
  };
}

function judgedWithoutDetail(name: string): Error {
  return new Error(`namespace ${name} was judged without its detail`);
}

/**
 * Controls of isolation judge what the policies say. Where nothing enforces them NETPOL.21 fails, and where they are not
 * processed NETPOL.5; no other control of the namespace may read as if they held.
 */
export function withReservation(judgement: Judgement, picture: NamespacePicture): Judgement {
  const clauses = [...toUnenforced(picture.detail), ...toUnprocessed(picture.namespace)];
  if (judgement.status !== "pass" || clauses.length === 0) return judgement;
  return {
    ...judgement,
    because: judgement.because.replace(/\.$/, () => `; but ${clauses.join(", and ")}.`),
  };
}

function toUnenforced({ selected }: NamespaceDetail): readonly string[] {
  const { enforced, notEnforced, unknown: undecided } = selected;
  if (notEnforced === 0) return [];
  return enforced + undecided === 0
    ? ["nothing enforces its policies, as NETPOL.21 says"]
    : [`its policies are not enforced for ${notEnforced} of the pods that they select, as NETPOL.21 says`];
}

function toUnprocessed({ unprocessedPolicies = [] }: NamespaceReport): readonly string[] {
  return unprocessedPolicies.length === 0
    ? []
    : [`the controller has not processed ${listNames(unprocessedPolicies)} as it stands, as NETPOL.5 says`];
}

/** One list for all: a big cluster has 60,000 findings. */
const NO_EVIDENCE: Judgement["evidence"] = Object.freeze([]);

export function pass(because: string): Judgement {
  return { status: "pass", because, evidence: NO_EVIDENCE };
}

export function fail(
  because: string,
  details: Pick<Judgement, "severity" | "remediation" | "about"> = {},
): Judgement {
  return { status: "fail", because, evidence: NO_EVIDENCE, ...details };
}

export function unknown(because: string, details: Pick<Judgement, "about"> = {}): Judgement {
  return { status: "unknown", because, evidence: NO_EVIDENCE, ...details };
}

export function notApplicable(because: string): Judgement {
  return { status: "not-applicable", because, evidence: NO_EVIDENCE };
}

/** Workloads with at least one counted pod: neither hostNetwork nor finished. */
export function countedWorkloads(namespace: NamespaceReport): readonly WorkloadReport[] {
  return namespace.workloads.filter(({ pods }) => pods.counted > 0);
}

/** NETPOL.20's own finding: no policy of the namespace selects any of its pods. */
export function hasNoEffectivePolicy(namespace: NamespaceReport): boolean {
  return livePolicies(namespace).length === 0;
}

/** The first 20 by name, and how many more: a finding names workloads, it does not list a cluster. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 20).join(", ");
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown;
}

export function workloadName({ kind, name }: WorkloadReport): string {
  return `${kind}/${name}`;
}

/** The picture of enforcement is always drawn; a control is asked without it only in its own tests. */
export function unseenEnforcement({ why, detail }: Unseen): Judgement {
  return unknown(`Enforcement could not be judged: ${detail} (${why}).`);
}
