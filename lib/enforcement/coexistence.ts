// Whether two engines apply policies on the same node. One engine per node is fine, also where nodes differ.

import type { EngineCoexistence } from "../model/enforcement-detail.ts";
import type { ClusterView } from "./cluster-verdict.ts";
import { isNowhereElse } from "./cluster-verdict.ts";
import type { Detection } from "./detect-engines.ts";
import { agentPodsEvidence, clip, nameOf } from "./evidence.ts";

export function judgeCoexistence(
  view: ClusterView,
  { installed, unrecognised }: Detection,
): EngineCoexistence {
  const crowded = view.nodes.filter(({ engines }) => engines.length > 1);
  const groups = Map.groupBy(crowded, ({ engines }) => engines.toSorted().join(" and "));
  const conflicts = [...groups.values()].map((nodes) => ({
    engines: (nodes[0]?.engines ?? []).toSorted(),
    nodes: nodes.map(({ node }) => node.name).toSorted(),
  }));
  const involved = new Set(conflicts.flatMap(({ engines }) => engines));
  const evidence = [...installed]
    .filter(([engine]) => involved.has(engine))
    .flatMap(([engine, sets]) =>
      sets.map((set) =>
        agentPodsEvidence(set, `${engine} enforces`, "a second engine applies the same policies"),
      ),
    );
  return { ...toAnswer(view, conflicts, unrecognised), conflicts, evidence };
}

function toAnswer(
  view: ClusterView,
  conflicts: EngineCoexistence["conflicts"],
  unrecognised: Detection["unrecognised"],
): Pick<EngineCoexistence, "state" | "because"> {
  const [first] = conflicts;
  if (first !== undefined) {
    const [node] = first.nodes;
    const where = `${first.nodes.length} nodes, ${clip(node ?? "")} among them`;
    const because = `${first.engines.join(" and ")} both enforce on the same nodes (${where}): a packet passes only if both let it.`;
    return { state: "conflict", because };
  }
  const doubt = findDoubt(view, unrecognised);
  if (doubt !== null)
    return { state: "unknown", because: `Whether one engine alone enforces is not known: ${doubt}.` };
  const engines = new Set(view.nodes.flatMap(({ engines }) => engines));
  if (engines.size === 0) return { state: "not-applicable", because: "No engine enforces on any node." };
  const names = [...engines].toSorted().join(", ");
  return { state: "one", because: `No node has two engines that enforce (${names}).` };
}

function findDoubt(view: ClusterView, unrecognised: Detection["unrecognised"]): string | null {
  if (view.enginesUnseen) return "the DaemonSets were not seen";
  const [stranger] = unrecognised;
  if (stranger !== undefined) return `the DaemonSet ${nameOf(stranger)} could be a second engine`;
  const unclear = view.nodes.find(
    ({ engines, mayEnforce }) => mayEnforce.length > 0 && engines.length + mayEnforce.length > 1,
  );
  if (unclear !== undefined) return `on node ${clip(unclear.node.name)} a second engine may be at work`;
  const elsewhere = view.assessments.filter((assessment) => !isNowhereElse(assessment));
  if (!view.nodesSeen && elsewhere.length > 0) return "not every node was seen";
  const unknown = view.nodes.find(
    ({ enforces, engines, mayEnforce }) => enforces === null && engines.length + mayEnforce.length > 0,
  );
  return unknown === undefined ? null : `what enforces on node ${clip(unknown.node.name)} is not known`;
}
