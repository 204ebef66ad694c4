// What somebody who owns one namespace and no node can make the scanner say of the cluster: nothing. Labels, names
// and images of their own objects are theirs to choose.

import assert from "node:assert/strict";
import { test } from "node:test";

import { assessEnforcement } from "../../lib/enforcement/assess-enforcement.ts";
import { agentSelectors } from "../../lib/enforcement/plan-reads.ts";
import type { Container, DaemonSet } from "../../lib/model/kubernetes.ts";
import { seen } from "../../lib/model/observed.ts";
import type { Facts } from "../../lib/model/snapshot.ts";
import {
  anetdSet,
  antreaSet,
  azureNpmSet,
  calicoSet,
  ciliumSet,
  kubeNetworkPoliciesSet,
  kubeRouterSet,
  weaveSet,
} from "./engine-sets.ts";
import { agentPod, awsNode, NOW } from "./facts.ts";
import { ROWS } from "./rows.ts";

const ENGINES: readonly DaemonSet[] = [
  awsNode(),
  calicoSet(undefined, { FELIX_INTERFACEPREFIX: "eni" }),
  ciliumSet(["--enable-policy=always"]),
  antreaSet(),
  kubeRouterSet(),
  weaveSet(),
  kubeNetworkPoliciesSet(),
  azureNpmSet(),
  anetdSet(),
];

function powerless(container: Container): Container {
  return { ...container, privileged: false, addedCapabilities: [] };
}

/** An engine in every word, as the Pod Security level "baseline" lets anybody run it. */
function impostor(engine: DaemonSet): DaemonSet {
  return {
    ...engine,
    namespace: "tenant",
    hostNetwork: false,
    initContainers: engine.initContainers.map(powerless),
    containers: engine.containers.map(powerless),
  };
}

function beside(facts: Facts, sets: readonly DaemonSet[]): Facts {
  const { daemonSets, agentPods, nodes } = facts;
  const names = nodes.seen ? nodes.value.map(({ name }) => name) : ["a", "b"];
  const read = sets.filter((set) => agentSelectors([set]).length > 0);
  const agents = read.flatMap((set) => names.map((name) => agentPod(set, name)));
  return {
    ...facts,
    // A real engine's DaemonSet comes later in the list: it is the one that counts.
    daemonSets: daemonSets.seen ? seen([...sets, ...daemonSets.value]) : daemonSets,
    agentPods: agentPods.seen ? seen([...agents, ...agentPods.value]) : agentPods,
  };
}

for (const row of ROWS)
  test(`DaemonSets that call themselves engines change nothing: ${row.name}`, () => {
    const { verdict, engines, mode, nodes } = assessEnforcement(row.facts, "prod", NOW);
    const found = assessEnforcement(beside(row.facts, ENGINES.map(impostor)), "prod", NOW);
    assert.deepEqual(
      { verdict: found.verdict, engines: found.engines, mode: found.mode, nodes: found.nodes },
      { verdict, engines, mode, nodes },
    );
  });
