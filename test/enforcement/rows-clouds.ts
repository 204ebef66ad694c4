// Rows about AKS and GKE, which a scan by kubeconfig meets.

import { AZURE, GOOGLE, awsNode, blind, container, daemonSet, node } from "./facts.ts";
import { NODES, OFF, cilium } from "./engine-cluster.ts";
import { anetdSet, azureNpmSet, calicoSet, ciliumSet } from "./engine-sets.ts";
import { collect } from "./row.ts";
import { UNKNOWN } from "./vpc-cluster.ts";
import type { Row } from "./row.ts";

const aks = [node("aks-1", AZURE)];
const gke = [node("gke-1", GOOGLE)];
const plumbing = daemonSet("azure-cns", [
  container("cns-container", "mcr.microsoft.com/containernetworking/azure-cns:v1.7", { privileged: true }),
]);

export const CLOUD_ROWS: readonly Row[] = [
  {
    name: "AKS without a policy engine (its default)",
    facts: collect({ nodes: aks, agents: [{ set: plumbing }] }),
    verdict: "not-enforced",
    engine: null,
    mode: null,
    decisive: "No policy engine is installed",
  },
  {
    name: "AKS with Azure Network Policy Manager",
    facts: collect({ nodes: aks, agents: [{ set: plumbing }, { set: azureNpmSet() }] }),
    verdict: "enforced",
    engine: "azure-npm",
    mode: "standard",
    decisive: "azure-npm is set to apply policies",
  },
  {
    name: "AKS with Calico",
    facts: collect({
      nodes: aks,
      agents: [
        { set: calicoSet("mcr.microsoft.com/oss/calico/node:v3.28.0", {}, { namespace: "calico-system" }) },
      ],
    }),
    verdict: "enforced",
    engine: "calico",
    mode: "standard",
    decisive: "calico-node is set to apply policies",
  },
  {
    name: "AKS powered by Cilium",
    facts: collect({ nodes: aks, agents: [{ set: ciliumSet() }], more: cilium() }),
    verdict: "enforced",
    engine: "cilium",
    mode: "standard",
    decisive: "enable-policy is default",
  },
  {
    name: "GKE Dataplane V2",
    facts: collect({ nodes: gke, agents: [{ set: anetdSet() }] }),
    verdict: "enforced",
    engine: "gke-dataplane-v2",
    mode: "standard",
    decisive: "always on in Dataplane V2",
  },
  {
    name: "GKE with the network policy add-on (Calico)",
    facts: collect({ nodes: gke, agents: [{ set: calicoSet("gke.gcr.io/calico/node:v3.26.3-gke.15") }] }),
    verdict: "enforced",
    engine: "calico",
    mode: "standard",
    decisive: "calico-node is set to apply policies",
  },
  {
    name: "k3s, whose engine is no DaemonSet",
    facts: blind(
      collect({ nodes: [node("k3s-1", { "node.kubernetes.io/instance-type": "k3s" })] }),
      ["cluster"],
      "not-attempted",
    ),
    ...UNKNOWN,
    decisive: "a k3s node carries a policy engine in its own program",
  },
  {
    name: "nodes that were not seen and could be k3s, for no EKS API says otherwise",
    facts: blind(
      collect({ nodes: NODES, agents: [{ set: awsNode({ args: OFF }) }] }),
      ["nodes", "cluster"],
      "not-attempted",
    ),
    ...UNKNOWN,
    decisive: "it may be k3s, which carries a policy engine in its own program",
  },
  {
    name: "GKE without either",
    facts: collect({
      nodes: gke,
      agents: [
        { set: daemonSet("netd", [container("netd", "gke.gcr.io/netd-amd64:v0.1", { privileged: true })]) },
      ],
    }),
    verdict: "not-enforced",
    engine: null,
    mode: null,
    decisive: "No policy engine is installed",
  },
];
