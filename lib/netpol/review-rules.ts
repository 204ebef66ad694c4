// The rules of a cluster's policies that admit too much or nobody. Looked for only where somebody asks: to look takes
// as long as to judge. Pure.

import type { NamespaceRules } from "../model/isolation-detail.ts";
import { compileCluster } from "./compile-cluster.ts";
import { problemsOf } from "./conclude-namespace.ts";
import { createDeadPeerSearch } from "./dead-peers.ts";
import type { IsolationInput } from "./isolation-input.ts";
import { overBroadRulesOf } from "./over-broad-rules.ts";
import { groupPods } from "./pod-groups.ts";

/** By namespace, those that are asked for. */
export function reviewRules(
  input: IsolationInput,
  isAsked: (namespace: string) => boolean = () => true,
): ReadonlyMap<string, NamespaceRules> {
  const { namespaces, blind } = compileCluster(input);
  const populated = [...namespaces.values()].map((compiled) => ({
    compiled,
    groups: groupPods(compiled.pods, () => null),
  }));
  const findDeadPeers = createDeadPeerSearch(populated);
  const asked = populated.filter(({ compiled }) => isAsked(compiled.name));
  return new Map(
    asked.map((namespace) => {
      const { name, policies, ignored } = namespace.compiled;
      const { deadPeers, isWhole } = findDeadPeers(namespace.compiled);
      const rules = {
        overBroadRules: policies.flatMap(overBroadRulesOf),
        deadPeers,
        problems: policies.flatMap(problemsOf),
        ignoredPolicies: ignored,
        blind: isWhole ? blind : [blind, NOT_WHOLE].filter((clause) => clause !== null).join("; "),
      };
      return [name, rules];
    }),
  );
}

const NOT_WHOLE =
  "there are more peers and pods than can be looked through, so there may be more peers that select none";
