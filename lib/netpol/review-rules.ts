// The rules of a cluster's policies that admit too much or nobody. Looked for only where somebody asks: to look takes
// as long as to judge. Pure.

import type { NamespaceRules } from "../model/isolation-detail.ts";
import { compileCluster } from "./compile-cluster.ts";
import { createDeadPeerSearch } from "./dead-peers.ts";
import type { IsolationInput } from "./isolation-input.ts";
import { overBroadRulesOf } from "./over-broad-rules.ts";
import { groupPods } from "./pod-groups.ts";

/** By namespace. */
export function reviewRules(input: IsolationInput): ReadonlyMap<string, NamespaceRules> {
  const { namespaces } = compileCluster(input);
  const populated = [...namespaces.values()].map((compiled) => ({
    compiled,
    groups: groupPods(compiled.pods, () => null),
  }));
  const findDeadPeers = createDeadPeerSearch(populated);
  return new Map(
    populated.map((namespace) => {
      const { name, policies } = namespace.compiled;
      return [
        name,
        { overBroadRules: policies.flatMap(overBroadRulesOf), deadPeers: findDeadPeers(namespace) },
      ];
    }),
  );
}
