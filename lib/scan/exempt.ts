// Which failed and undecided findings are accepted for a time: by the configuration, or by a namespace itself where
// the configuration lets it. Pure. An exempt finding stays visible, with its own sentence and the reason.

import {
  judgeNamespaceExemption,
  parseNamespaceExemption,
  type ExemptionProblem,
  type NamespaceExemption,
} from "../controls/namespace-exemption.ts";
import { netpol29 } from "../controls/netpol-29.ts";
import { compileGlob, type Matcher } from "../glob.ts";
import { addDays, toDay } from "../model/day.ts";
import type { Exemption, Finding } from "../model/finding.ts";
import type { Namespace } from "../model/kubernetes.ts";
import type { ExemptSince } from "./publish.ts";

/** One entry of `exemptions`. */
export interface ConfiguredExemption {
  readonly controls: readonly string[];
  readonly accounts: readonly string[];
  readonly clusters: readonly string[];
  readonly namespaces: readonly string[];
  readonly reason: string;
  readonly owner: string;
  readonly until: string;
}

export interface ExemptionRules {
  readonly configured: readonly ConfiguredExemption[];
  /** `namespaceExemptions` */
  readonly allowed: readonly string[];
  readonly maxDays: number;
  /** Ids of all controls, retired ones too. */
  readonly knownControls: ReadonlySet<string>;
}

export interface ExemptContext {
  readonly rules: ExemptionRules;
  /** The cluster's; none where they were not seen, and for what is wider than a cluster. */
  readonly namespaces: readonly Namespace[];
  /** null: no state remembers since when. */
  readonly exemptSince: ExemptSince | null;
  readonly now: Date;
}

export function exempt(findings: readonly Finding[], context: ExemptContext): readonly Finding[] {
  const declared = toDeclared(context.namespaces);
  const covers = context.rules.configured.map((rule) => compileExemption(rule));
  const judged = declared.size === 0 ? findings : judgeAllDeclared(findings, declared, context);
  return judged.map((finding) => {
    if (!isExemptible(finding)) return finding;
    const exemption = findConfigured(finding, covers, context) ?? findDeclared(finding, declared, context);
    return exemption === null ? finding : toExempt(finding, exemption);
  });
}

export function isExemptible({ status }: Finding): boolean {
  return status === "fail" || status === "unknown";
}

interface Applied extends Exemption {
  /** What could not be checked of it, as a sentence. */
  readonly remark?: string;
}

function toExempt(finding: Finding, { remark, ...exemption }: Applied): Finding {
  const { until, owner, reason } = exemption;
  const because = `${finding.because} Exempt until ${until}, owner ${owner}: ${reason.replace(/\.$/, "")}.`;
  return {
    ...finding,
    status: "exempt",
    because: remark === undefined ? because : `${because} ${remark}`,
    exemption,
  };
}

/** The one that holds longest. */
function findConfigured(
  finding: Finding,
  covers: readonly ((finding: Finding) => boolean)[],
  { rules, now }: ExemptContext,
): Applied | null {
  const today = toDay(now);
  const matching = rules.configured
    .map(({ until, owner, reason }, index) => ({ until, owner, reason, source: `exemptions[${index}]` }))
    .filter(({ until }, index) => until >= today && covers[index]?.(finding) === true);
  return matching.toSorted((a, b) => (a.until < b.until ? 1 : -1))[0] ?? null;
}

/**
 * Whether an entry is about a finding. What is not about a namespace, or not about a cluster, is covered only by an
 * entry that is not narrowed to some.
 */
export function compileExemption(rule: ConfiguredExemption): (finding: Finding) => boolean {
  const controls = new Set(rule.controls);
  const accounts = new Set(rule.accounts);
  const clusters = toMatcher(rule.clusters);
  const namespaces = toMatcher(rule.namespaces);
  return ({ controlId, account, cluster, subject }) => {
    if (!controls.has(controlId)) return false;
    if (!accounts.has("*") && (account === null || !accounts.has(account))) return false;
    if (cluster === null ? !rule.clusters.includes("*") : !clusters(cluster)) return false;
    return subject.kind === "namespace" ? namespaces(subject.name) : rule.namespaces.includes("*");
  };
}

function toMatcher(globs: readonly string[]): Matcher {
  const matchers = globs.map(compileGlob);
  return (name) => matchers.some((matches) => matches(name));
}

function toDeclared(namespaces: readonly Namespace[]): ReadonlyMap<string, NamespaceExemption> {
  return new Map(
    namespaces.flatMap(({ name, annotations }) => {
      const exemption = parseNamespaceExemption(annotations);
      return exemption === null ? [] : [[name, exemption] as const];
    }),
  );
}

const UNCHECKED =
  "How long it has held is not known without a state (state.bucket or state.folder), so namespaceExemptions.maxDays was not checked.";

function findDeclared(
  { id, controlId, subject }: Finding,
  declared: ReadonlyMap<string, NamespaceExemption>,
  { rules, exemptSince, now }: ExemptContext,
): Applied | null {
  const exemption = subject.kind === "namespace" ? declared.get(subject.name) : undefined;
  if (exemption === undefined || !exemption.complete) return null;
  if (!exemption.controls.includes(controlId) || !rules.allowed.includes(controlId)) return null;
  const today = toDay(now);
  const since = exemptSince === null ? null : (exemptSince(id)?.slice(0, 10) ?? today);
  const limit = since === null ? exemption.until : addDays(since, rules.maxDays);
  const until = limit < exemption.until ? limit : exemption.until;
  if (until < today) return null;
  const { owner, reason } = exemption;
  const source = `annotations of namespace ${subject.name}`;
  return { until, owner, reason, source, ...(since === null ? { remark: UNCHECKED } : {}) };
}

/** What one control says of a cluster. */
interface ControlFindings {
  /** Decided for the cluster as a whole, and not for each namespace. */
  readonly isOfCluster: boolean;
  readonly byNamespace: ReadonlyMap<string, readonly Finding[]>;
}

type FindingsByControl = ReadonlyMap<string, ControlFindings>;

/** Any namespace may exempt itself from any control, so that no list of findings is searched for each of them. */
function groupByControl(findings: readonly Finding[]): FindingsByControl {
  const groups = Map.groupBy(findings, ({ controlId }) => controlId);
  return new Map(
    [...groups].map(([id, ofControl]) => {
      const ofNamespaces = ofControl.filter(({ subject }) => subject.kind === "namespace");
      const isOfCluster = ofControl.some(({ subject }) => subject.kind === "cluster");
      return [id, { isOfCluster, byNamespace: Map.groupBy(ofNamespaces, ({ subject }) => subject.name) }];
    }),
  );
}

/** NETPOL.29 of each namespace, with what only the day, the configuration and the other findings tell. */
function judgeAllDeclared(
  findings: readonly Finding[],
  declared: ReadonlyMap<string, NamespaceExemption>,
  context: ExemptContext,
): readonly Finding[] {
  const byControl = groupByControl(findings);
  return findings.map((finding) => {
    const { controlId, subject } = finding;
    if (controlId !== netpol29.id || subject.kind !== "namespace") return finding;
    const exemption = declared.get(subject.name);
    if (exemption === undefined) return finding;
    const problems = [...exemption.problems, ...toProblems(subject.name, exemption, byControl, context)];
    return { ...finding, ...judgeNamespaceExemption(subject.name, problems) };
  });
}

function toProblems(
  namespace: string,
  exemption: NamespaceExemption,
  byControl: FindingsByControl,
  context: ExemptContext,
): readonly ExemptionProblem[] {
  const { rules, now } = context;
  const { until, complete, controls } = exemption;
  const perControl = controls.flatMap((id) => toControlProblem(id, namespace, byControl, rules) ?? []);
  if (!complete) return perControl;
  const observed = `ringfence.dev/until: ${until}`;
  if (until < toDay(now)) return [{ observed, means: `expired on ${until}` }, ...perControl];
  const own = controls.flatMap((id) => byControl.get(id)?.byNamespace.get(namespace) ?? []);
  const means = `is to hold until ${until}, longer than the ${rules.maxDays} days of namespaceExemptions.maxDays`;
  return [...(isTooLong(own, until, context) ? [{ observed, means }] : []), ...perControl];
}

/** Counted from when the state first saw it, so that renewing it daily gains nothing. */
function isTooLong(
  findings: readonly Finding[],
  until: string,
  { rules, exemptSince, now }: ExemptContext,
): boolean {
  const today = toDay(now);
  const since = findings.filter(isExemptible).map(({ id }) => exemptSince?.(id)?.slice(0, 10) ?? today);
  return [today, ...since].some((day) => addDays(day, rules.maxDays) < until);
}

function toControlProblem(
  id: string,
  namespace: string,
  byControl: FindingsByControl,
  { knownControls, allowed }: ExemptionRules,
): ExemptionProblem | null {
  const observed = `ringfence.dev/exempt: ${id}`;
  if (!knownControls.has(id)) return { observed, means: `names ${id}, which is no control` };
  if (!allowed.includes(id))
    return { observed, means: `names ${id}, which namespaceExemptions.allowed does not list` };
  const ofControl = byControl.get(id);
  // Not asked in this run, or not decided for the cluster as a whole: then nobody knows what it would match.
  if (ofControl === undefined || ofControl.isOfCluster) return null;
  if (ofControl.byNamespace.get(namespace)?.some(isExemptible) === true) return null;
  return { observed, means: `matches nothing: ${id} neither fails nor is undecided there` };
}
