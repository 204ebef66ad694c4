// Compiles what was read of a cluster into what questions are asked of: policies and pods by namespace.
// Selectors are parsed once; nothing is judged here.

import type { Labels, Namespace, Pod } from "../model/kubernetes.ts";
import type { PolicyProblem } from "../model/isolation-detail.ts";
import type { Family } from "./address-range.ts";
import { compileOtherPolicies } from "./compile-other-policies.ts";
import type { EngineBehaviour, IsolationInput } from "./isolation-input.ts";
import { selectorMatches } from "./label-selector.ts";
import { parsePolicy } from "./parse-policy.ts";
import type { Policy } from "./policy.ts";
import { indexCronJobs, type CronJobs } from "./workload-of-pod.ts";

export interface CompiledNamespace {
  readonly name: string;
  readonly labels: Labels;
  readonly pods: readonly Pod[];
  /** Its own, and the cluster-wide ones whose subject may be in it, by name. */
  readonly policies: readonly Policy[];
  readonly ignored: readonly PolicyProblem[];
}

export interface CompiledCluster {
  /** In code-unit order of their names. */
  readonly namespaces: ReadonlyMap<string, CompiledNamespace>;
  readonly engine: EngineBehaviour;
  readonly ipFamily: Family | null;
  readonly cronJobs: CronJobs;
  /** Policies of an API that counts could not be seen: one clause, or null. */
  readonly blind: string | null;
}

interface Draft {
  readonly labels: Labels;
  readonly pods: Pod[];
  readonly policies: Policy[];
  readonly ignored: PolicyProblem[];
}

/**
 * "The Kubernetes control plane sets an immutable label kubernetes.io/metadata.name on all namespaces. … The
 * value of the label is the namespace name." (Concepts, Network Policies). Manifests leave it out.
 */
const NAME_LABEL = "kubernetes.io/metadata.name";

export function compileCluster(input: IsolationInput): CompiledCluster {
  const drafts = new Map<string, Draft>();
  for (const namespace of input.namespaces) drafts.set(namespace.name, draft(namespace.name, namespace));
  addPods(drafts, input.pods);
  const other = compileOtherPolicies(input.other, input.engine.implements);
  for (const policy of [...input.policies.map(parsePolicy), ...other.policies])
    if (policy.namespace !== null) draftOf(drafts, policy.namespace).policies.push(policy);
  for (const { namespace, problem } of other.ignored)
    if (namespace !== null) draftOf(drafts, namespace).ignored.push(problem);
  const clusterWide = {
    policies: other.policies.filter(({ namespace }) => namespace === null),
    ignored: other.ignored.filter(({ namespace }) => namespace === null).map(({ problem }) => problem),
  };
  const names = [...drafts.keys()].toSorted();
  return {
    namespaces: new Map(names.map((name) => [name, finish(name, draftOf(drafts, name), clusterWide)])),
    engine: input.engine,
    ipFamily: input.ipFamily,
    cronJobs: indexCronJobs(input.jobs),
    blind: other.blind,
  };
}

function draft(name: string, namespace: Namespace | null): Draft {
  // No prototype, so that a label named __proto__ is a label.
  const labels: Record<string, string> = Object.assign(Object.create(null), namespace?.labels);
  labels[NAME_LABEL] = name;
  return { labels, pods: [], policies: [], ignored: [] };
}

/** Lists come sorted by namespace, so the next pod's is mostly the last one's. */
function addPods(drafts: Map<string, Draft>, pods: readonly Pod[]): void {
  let home: string | null = null;
  let last: Pod[] = [];
  for (const pod of pods) {
    if (pod.namespace !== home) {
      home = pod.namespace;
      last = draftOf(drafts, home).pods;
    }
    last.push(pod);
  }
}

/** A namespace that is only referred to has the label with its name and no other. */
function draftOf(drafts: Map<string, Draft>, name: string): Draft {
  const known = drafts.get(name);
  if (known !== undefined) return known;
  const created = draft(name, null);
  drafts.set(name, created);
  return created;
}

function finish(
  name: string,
  { labels, pods, policies, ignored }: Draft,
  clusterWide: { readonly policies: readonly Policy[]; readonly ignored: readonly PolicyProblem[] },
): CompiledNamespace {
  const reaching = clusterWide.policies.flatMap((policy) => narrowTo(policy, labels));
  return {
    name,
    labels,
    pods,
    policies: [...policies, ...reaching].toSorted(byName),
    ignored: [...ignored, ...clusterWide.ignored],
  };
}

/** The cluster-wide policy as this namespace sees it, or nothing where its subject leaves the namespace out. */
function narrowTo(policy: Policy, labels: Labels): readonly Policy[] {
  const { namespaces } = policy.subject;
  const matched = namespaces === null ? true : selectorMatches(namespaces, labels);
  if (matched === false) return [];
  return matched === true ? [policy] : [{ ...policy, doubt: policy.doubt ?? namespaces?.unknown ?? null }];
}

function byName(a: Policy, b: Policy): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
