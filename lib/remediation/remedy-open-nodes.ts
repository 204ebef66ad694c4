// NETPOL.3: for each kind of node and of pod that no engine reaches what can be done about it, and the commands
// that show these nodes and pods by name.

import type { EnforcementDetail, PodException } from "../model/enforcement-detail.ts";
import type { Remediation } from "../model/finding.ts";
import type { ComputeType, Enforcement, NodeEnforcement } from "../model/posture.ts";
import { quoteForShell } from "../model/quote-for-shell.ts";
import { listShort } from "./list-short.ts";

const MAX_COMMANDS = 10;

const OF_NODE: Readonly<Record<ComputeType, string>> = {
  ec2: "see why the agent is not there or not ready (tolerations, nodeSelector, its container's log)",
  auto: "see that the network policy controller of Auto Mode is on",
  fargate: "no engine runs on Fargate: let another profile or node group take the pods that need isolation",
  windows: "the VPC CNI enforces nothing on Windows: keep pods that need isolation on Linux nodes",
  hybrid: "the VPC CNI does not run on hybrid nodes: AWS supports Cilium's policies there",
  other: "see whether the engine of this cluster supports them",
};

const OF_POD: Readonly<Record<PodException["kind"], string>> = {
  "no-owner": "the VPC CNI reaches no pod without an owner: run it by a Deployment or another controller",
  "extra-interface": "an extra interface is not policed: take it away, or protect it at its own network",
  "not-managed": "it was there before the agent: delete it, so that its controller makes it anew",
  "pod-security-group":
    "Calico does not reach pods with a security group of their own: use that group's rules",
  "port-limit": "its policies have more ports than the engine keeps: name fewer, or ranges with endPort",
};

export function remedyOpenNodes({ nodes }: Enforcement, { exceptions }: EnforcementDetail): Remediation {
  const open = nodes.filter((node) => node.verdict === "not-enforced" && node.pods !== 0);
  const unreached = exceptions.filter(({ effect }) => effect === "not-enforced");
  const parts = [...ofNodes(open), ...ofPods(unreached)];
  return {
    text: parts.map(({ text }) => text).join(" "),
    commands: parts.flatMap(({ commands }) => commands),
    files: [],
  };
}

type Part = Pick<Remediation, "text" | "commands">;

function ofNodes(open: readonly NodeEnforcement[]): readonly Part[] {
  return [...Map.groupBy(open, ({ computeType }) => computeType)].map(([computeType, nodes]) => {
    const names = nodes.map(({ name }) => name).toSorted();
    const shown = names.slice(0, MAX_COMMANDS).map(quoteForShell);
    return {
      text: `For ${listShort(names)}: ${OF_NODE[computeType]}.`,
      commands: [
        `kubectl get nodes ${shown.join(" ")} -o wide`,
        ...shown.map((name) => `kubectl get pods -A --field-selector spec.nodeName=${name} -o wide`),
      ],
    };
  });
}

function ofPods(unreached: readonly PodException[]): readonly Part[] {
  return [...Map.groupBy(unreached, ({ kind }) => kind)].map(([kind, pods]) => {
    const verb = kind === "not-managed" ? "delete" : "get";
    return {
      text: `For ${listShort(pods.map(({ namespace, name }) => `${namespace}/${name}`).toSorted())}: ${OF_POD[kind]}.`,
      commands: pods
        .slice(0, MAX_COMMANDS)
        .map(
          ({ namespace, name }) =>
            `kubectl ${verb} pod ${quoteForShell(name)} -n ${quoteForShell(namespace)}`,
        ),
    };
  });
}
