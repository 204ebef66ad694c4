// kube-router: its firewall is on unless `--run-firewall=false`.

import type { Container } from "../model/kubernetes.ts";
import { readBoolFlag } from "./agent-flag.ts";
import type { AgentReading } from "./agent-pods.ts";
import { hasImagePath } from "./container-image.ts";
import { UNRECOGNISABLE } from "./agent-pods.ts";
import type { DaemonSetEngine } from "./daemon-set-engine.ts";
import { POLICY_APIS_OF } from "./policy-apis.ts";

export const kubeRouter: DaemonSetEngine = {
  engine: "kube-router",
  title: "kube-router",
  ipBlocksMatchPods: null,
  toPolicyApis: () => POLICY_APIS_OF["kube-router"],
  recognises: (set) =>
    set.labels["k8s-app"] === "kube-router" ||
    set.matchLabels["k8s-app"] === "kube-router" ||
    findKubeRouter(set.containers) !== undefined,
  findAgent: findKubeRouter,
  toReader: () => (input) => (input.agent === undefined ? UNRECOGNISABLE : readFirewall(input.agent)),
};

function findKubeRouter(containers: readonly Container[]): Container | undefined {
  return (
    containers.find(({ name }) => name === "kube-router") ??
    containers.find(({ image }) => hasImagePath(image, "cloudnativelabs/kube-router"))
  );
}

function readFirewall(agent: Container): AgentReading {
  const flag = readBoolFlag(agent, "run-firewall");
  if (flag === "undecided") {
    const because = "its --run-firewall is not written in the manifest";
    return { applies: null, declared: null, because, unselected: "allowed" };
  }
  const applies = flag === true || flag === "absent";
  const because = applies
    ? "its firewall is on"
    : `it runs with --run-firewall=${flag}, so its firewall is off`;
  return { applies, declared: applies, because, unselected: "allowed" };
}
