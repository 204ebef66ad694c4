// From nodes and pods to one verdict per cluster. It may only claim what no unseen fact could overturn:
// `partial` needs one node of each kind, `enforced` every node, the two negatives the absence of any doubt.

import { AWS_ENGINES } from "../model/aws-engines.ts";
import type { Engine, EnforcementVerdict } from "../model/posture.ts";
import type { EngineAssessment } from "./engine-assessment.ts";
import type { DefaultVerdict } from "./possible-defaults.ts";
import { MAY_RUN_ON_WINDOWS } from "./node-coverage.ts";
import type { JudgedNode } from "./node-coverage.ts";
import { anyOf } from "./ternary.ts";
import type { Ternary } from "./ternary.ts";

export interface ClusterView {
  readonly assessments: readonly EngineAssessment[];
  readonly nodes: readonly JudgedNode[];
  /** Every node is in the list. */
  readonly nodesSeen: boolean;
  /** No node outside the list hosts pods. */
  readonly complete: boolean;
  /** Another engine may be at work that was not seen or is not known. */
  readonly doubtful: boolean;
  /** Pods were seen that run on Fargate, where nothing enforces. */
  readonly hasFargatePods: boolean;
  /** At least one pod was seen that policies are about. */
  readonly hasPods: boolean;
  /** The controller's switch: with it on, policies are processed, whoever applies them. */
  readonly controller: Ternary;
  /** The list of engines itself was not seen. */
  readonly enginesUnseen: boolean;
  /** Pods on enforcing nodes that policies do not reach. */
  readonly exceptions: Ternary;
}

export function toVerdict(view: ClusterView): EnforcementVerdict {
  const somewhere = view.nodes.some(({ enforces }) => enforces === true);
  if (!somewhere) return toNegativeVerdict(view);
  const hosting = view.nodes.filter(({ node }) => node.hosts !== false);
  const idle = hosting.some(({ enforces, node }) => enforces === false && node.hosts === true);
  const gap = idle || view.hasFargatePods;
  const limited = anyOf(view.nodes.map(({ limited }) => limited));
  if (gap || view.exceptions === true || limited === true) return "partial";
  const everywhere = hosting.every(({ enforces }) => enforces === true);
  return everywhere && view.complete && view.exceptions === false && limited === false
    ? "enforced"
    : "unknown";
}

/** Whether any pod has policies applied to it. */
export function isAppliedAnywhere(view: ClusterView): Ternary {
  if (view.nodes.some(({ enforces }) => enforces === true)) return true;
  return mayEnforce(view) ? null : false;
}

function toNegativeVerdict(view: ClusterView): EnforcementVerdict {
  if (mayEnforce(view)) return "unknown";
  const declared = anyOf([view.controller, ...view.assessments.map(({ declared }) => declared)]);
  if (declared === null) return "unknown";
  return declared ? "configured-not-enforced" : "not-enforced";
}

/** Nothing was seen to enforce. Is it sure that nothing does, for a pod that is there? */
function mayEnforce({ assessments, nodes, complete, doubtful, hasPods }: ClusterView): boolean {
  if (doubtful || nodes.some(({ enforces, node }) => enforces !== false && node.hosts !== false)) return true;
  if (assessments.every(({ switchedOff }) => switchedOff)) return false;
  // Something is switched on. Without a pod that it leaves alone there is nothing to hold against it.
  const nowhereElse = assessments.every((assessment) => {
    const ofAgents = [...assessment.byNode.values()];
    return isNowhereElse(assessment) && ofAgents.every(({ enforces }) => enforces === false);
  });
  const hosting = hasPods || nodes.some(({ node }) => node.hosts === true);
  return !(complete || nowhereElse) || !hosting;
}

/** On no node that was not seen either, be it one with Windows. */
export function isNowhereElse({ engine, elsewhere }: EngineAssessment): boolean {
  return elsewhere.enforces === false && !MAY_RUN_ON_WINDOWS.has(engine);
}

/** Whether an engine enforces on any node: true, false, or not known. */
function enforcesSomewhere(engine: Engine, view: ClusterView): Ternary {
  const here = view.nodes.map((node) => {
    if (node.engines.includes(engine)) return true;
    return node.mayEnforce.includes(engine) ? null : false;
  });
  const others = view.assessments.filter((assessment) => assessment.engine === engine);
  const nowhereElse = view.nodesSeen || others.every(isNowhereElse);
  return anyOf([...here, nowhereElse ? false : null]);
}

/** Whether AWS's agents apply anything: other engines read the policies themselves, and no PolicyEndpoints. */
export function doesAwsEnforce(view: ClusterView): Ternary {
  if (view.enginesUnseen) return null;
  const own = view.assessments.filter(({ engine }) => AWS_ENGINES.has(engine));
  return anyOf(own.map(({ engine }) => enforcesSomewhere(engine, view)));
}

/** The engine that decides: the only one that enforces, or else the only one that was asked to. */
export function toEngine(view: ClusterView): Engine | null {
  if (view.enginesUnseen) return null;
  const states = view.assessments.map(({ engine, declared, installed }) => {
    const asked = installed || declared === false ? declared : null;
    return { engine, declared: asked, enforces: enforcesSomewhere(engine, view) };
  });
  const nowhere = states.every(({ enforces }) => enforces === false);
  if (nowhere && view.doubtful) return null;
  const key = nowhere ? "declared" : "enforces";
  const deciding = states.filter((state) => state[key] !== false);
  const [only] = deciding;
  return deciding.length === 1 && only?.[key] === true ? only.engine : null;
}

/** What an unselected pod meets, where it is the same on every node that hosts pods. */
export function toUnselectedPods(view: ClusterView): DefaultVerdict | null {
  const hosting = view.nodes.filter(({ node }) => node.hosts !== false);
  const seen = hosting.flatMap(({ defaults }) => defaults);
  const hasPods = view.hasPods || hosting.some(({ node }) => node.hosts === true);
  const isWhole = view.complete && hasPods && seen.length > 0;
  const elsewhere = isWhole ? [] : view.assessments.flatMap(({ defaults }) => defaults);
  const open = isWhole && !view.hasFargatePods ? [] : ["allowed" as const];
  const doubt = view.doubtful && !isWhole ? [null] : [];
  const possible = new Set([...seen, ...open, ...elsewhere, ...doubt]);
  const [only] = possible;
  return possible.size === 1 && !view.enginesUnseen ? (only ?? null) : null;
}

/** Engines that enforce somewhere, and those of which it is not known. */
function toApplying(view: ClusterView): readonly EngineAssessment[] {
  return view.assessments.filter(({ engine }) => enforcesSomewhere(engine, view) !== false);
}

/**
 * Whose reading of policies counts: one that is installed and off has no say; where all are off, they tell what the
 * policies would do. Empty where others may be there that were not seen, and none surely enforces.
 */
export function toDeciding(view: ClusterView): readonly EngineAssessment[] {
  const applying = toApplying(view);
  if (view.enginesUnseen || (view.doubtful && !someSurelyEnforces(applying, view))) return [];
  return applying.length > 0 ? applying : view.assessments.filter(({ installed }) => installed);
}

/** Those that may enforce, provided that one surely does. */
function possibleEngines(view: ClusterView): readonly EngineAssessment[] {
  const possible = toApplying(view);
  return someSurelyEnforces(possible, view) && !view.enginesUnseen ? possible : [];
}

function someSurelyEnforces(assessments: readonly EngineAssessment[], view: ClusterView): boolean {
  return assessments.some(({ engine }) => enforcesSomewhere(engine, view) === true);
}

export function toIpBlocksMatchPods(view: ClusterView): boolean | null {
  return agreed(possibleEngines(view).map(({ ipBlocksMatchPods }) => ipBlocksMatchPods));
}

/** The VPC CNI's words for the default of the engines that enforce, whichever they are. */
export function toMode(view: ClusterView): "standard" | "strict" | null {
  const engines = possibleEngines(view);
  if (engines.length === 0) return null;
  const nodes = view.nodes.filter(({ enforces }) => enforces !== false);
  const unseen = view.nodesSeen ? [] : engines.flatMap(({ defaults }) => defaults);
  const mode = agreed([...nodes.flatMap(({ engineDefaults }) => engineDefaults), ...unseen]);
  if (mode === null) return null;
  return mode === "denied" ? "strict" : "standard";
}

function agreed<T>(values: readonly (T | null)[]): T | null {
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? first : null;
}
