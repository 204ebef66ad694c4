// Compiles what was read of a cluster into what questions are asked of: policies and pods by namespace.
// Selectors are parsed once; nothing is judged here.

import type { Labels, Namespace, Pod } from "../model/kubernetes.ts";
import type { PolicyProblem } from "../model/isolation-detail.ts";
import type { Family } from "./address-range.ts";
import { compileOtherPolicies } from "./compile-other-policies.ts";
import type { EngineBehaviour, IsolationInput } from "./isolation-input.ts";
import { createLabelIndex } from "./label-index.ts";
import { isEvery } from "./label-selector.ts";
import { createPolicyParser, namespaceOf } from "./parse-policy.ts";
import type { Policy } from "./policy.ts";
import { createListSharing } from "./share-lists.ts";
import { indexCronJobs, type CronJobs } from "./workload-of-pod.ts";

export interface CompiledNamespace {
  readonly name: string;
  readonly labels: Labels;
  readonly pods: readonly Pod[];
  /** Its own, and the cluster-wide ones whose subject may be in it, by name. Of equal lists there is one. */
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
  const other = compileOtherPolicies(input.other, input.engine);
  const parse = createPolicyParser();
  for (const raw of input.policies) draftOf(drafts, namespaceOf(raw)).policies.push(parse(raw));
  for (const { namespace, policy } of other.policies)
    if (namespace !== null) draftOf(drafts, namespace).policies.push(policy);
  for (const { namespace, problem } of other.ignored)
    if (namespace !== null) draftOf(drafts, namespace).ignored.push(problem);
  const ignored = other.ignored.flatMap(({ namespace, problem }) => (namespace === null ? [problem] : []));
  const clusterWide = other.policies.flatMap(({ policy }) => (policy.isClusterWide ? [policy] : []));
  const reach = reachOf(clusterWide, [...drafts.values()]);
  const share = createListSharing<Policy>();
  const names = [...drafts.keys()].toSorted();
  return {
    namespaces: new Map(
      names.map((name) => {
        const draft = draftOf(drafts, name);
        const policies = share([...draft.policies, ...reach.policiesOf(draft)].toSorted(byName));
        return [name, finish(name, draft, { policies, ignored })];
      }),
    ),
    engine: input.engine,
    ipFamily: input.ipFamily,
    cronJobs: indexCronJobs(input.jobs),
    blind: other.blind ?? reach.blind,
  };
}

function draft(name: string, namespace: Namespace | null): Draft {
  // A label named __proto__ is a label: what is spread becomes the object's own.
  return { labels: { ...namespace?.labels, [NAME_LABEL]: name }, pods: [], policies: [], ignored: [] };
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
  { labels, pods, ignored }: Draft,
  {
    policies,
    ignored: everywhere,
  }: { readonly policies: readonly Policy[]; readonly ignored: readonly PolicyProblem[] },
): CompiledNamespace {
  return {
    name,
    labels,
    pods,
    policies,
    ignored: ignored.length === 0 ? everywhere : [...ignored, ...everywhere],
  };
}

/** Namespaces that cluster-wide policies reach, each counted for each; a list of 5 million takes 40 MB. */
const MAX_REACHED = 5_000_000;
/** Namespaces that are looked at for selectors that ask for no label. */
const MAX_LOOKS = 20_000_000;

interface Reach {
  /** By name. */
  readonly policiesOf: (namespace: Draft) => readonly Policy[];
  readonly blind: string | null;
}

/** The cluster-wide policies as each namespace sees them, without those whose subject leaves it out. */
function reachOf(policies: readonly Policy[], namespaces: readonly Draft[]): Reach {
  if (policies.length === 0) return { policiesOf: () => [], blind: null };
  let looks = 0;
  let reached = 0;
  const find = createLabelIndex(namespaces, (items) => (looks += items) <= MAX_LOOKS);
  const reaching = new Map(namespaces.map((namespace): [Draft, Policy[]] => [namespace, []]));
  for (const policy of policies.toSorted(byName)) {
    const { namespaces: selector } = policy.subject;
    const unknown = selector?.unknown ?? null;
    const isAnywhere = selector === null || unknown !== null || isEvery(selector);
    const selected = isAnywhere ? namespaces : find(selector);
    reached += selected.length;
    if (reached > MAX_REACHED || looks > MAX_LOOKS) break;
    const seen = unknown === null ? policy : { ...policy, doubt: policy.doubt ?? unknown };
    for (const namespace of selected) reaching.get(namespace)?.push(seen);
  }
  const isTooMuch = reached > MAX_REACHED || looks > MAX_LOOKS;
  return {
    policiesOf: (namespace) => reaching.get(namespace) ?? [],
    blind: isTooMuch ? "there are more cluster-wide policies and namespaces than can be told apart" : null,
  };
}

function byName(a: Policy, b: Policy): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
