// NETPOL.8: how pods of this cluster start denied, and first which namespaces would be cut off by it, because
// nothing selects some of their pods yet.

import { isAwsNode } from "../enforcement/detect-engines.ts";
import type { Isolation } from "../model/control.ts";
import type { Remediation } from "../model/finding.ts";
import type { DaemonSet, RawObject } from "../model/kubernetes.ts";
import type { Observed } from "../model/observed.ts";
import type { Engine } from "../model/posture.ts";
import { quoteForShell } from "../model/quote-for-shell.ts";
import type { Addon } from "../model/snapshot.ts";
import { toAddonUpdate } from "./addon-update.ts";
import { listShort } from "./list-short.ts";
import { startDenied } from "./merge-addon-values.ts";

export interface StrictModeReads {
  readonly vpcCniAddon: Observed<Addon | null>;
  readonly daemonSets: Observed<readonly DaemonSet[]>;
  readonly nodeClasses: Observed<readonly RawObject[]>;
  readonly isolation: Observed<Isolation>;
}

/** Null: an engine for which we know no such switch. */
export function remedyStrictMode(
  clusterName: string,
  engines: readonly Engine[],
  reads: StrictModeReads,
): Remediation | null {
  const ways = engines.flatMap((engine) => wayOf(engine, clusterName, reads));
  if (ways.length === 0) return null;
  return {
    text: [warning(reads.isolation), ...ways.map(({ text }) => text)].join(" "),
    commands: ways.flatMap(({ commands }) => commands),
    files: ways.flatMap(({ files }) => files),
  };
}

function warning(isolation: Observed<Isolation>): string {
  if (!isolation.seen)
    return "First see that a policy selects every pod: pods that none selects are cut off.";
  const open = isolation.value.details.filter(({ countedPods, selectedPods }) => selectedPods < countedPods);
  return open.length === 0
    ? "A policy selects every pod now, so none is cut off by it."
    : `First give a policy to every pod of ${listShort(open.map(({ name }) => name))}: pods that none selects are cut off.`;
}

function wayOf(engine: Engine, clusterName: string, reads: StrictModeReads): readonly Remediation[] {
  if (engine === "vpc-cni") return viaVpcCni(clusterName, reads);
  if (engine === "eks-auto-mode") return viaNodeClasses(reads.nodeClasses);
  return engine === "cilium" ? [VIA_CILIUM] : [];
}

function viaVpcCni(
  clusterName: string,
  { vpcCniAddon, daemonSets }: StrictModeReads,
): readonly Remediation[] {
  const text = "Then set NETWORK_POLICY_ENFORCING_MODE to strict for the VPC CNI (1.17.1 or later).";
  if (vpcCniAddon.seen && vpcCniAddon.value !== null) {
    const change = { values: startDenied, resolveConflicts: "PRESERVE" } as const;
    const update = toAddonUpdate(clusterName, vpcCniAddon.value, change);
    if (!("because" in update)) return [{ text, ...update }];
    return [{ text: `${text} By hand: ${update.because}.`, commands: update.commands, files: [] }];
  }
  const awsNode = daemonSets.seen ? daemonSets.value.find(isAwsNode) : undefined;
  if (awsNode === undefined) return [];
  const [name, namespace] = [awsNode.name, awsNode.namespace].map(quoteForShell);
  return [
    {
      text,
      commands: [
        `kubectl set env daemonset ${name} -n ${namespace} -c aws-node NETWORK_POLICY_ENFORCING_MODE=strict`,
        `kubectl rollout status daemonset ${name} -n ${namespace}`,
      ],
      files: [],
    },
  ];
}

function viaNodeClasses(nodeClasses: Observed<readonly RawObject[]>): readonly Remediation[] {
  if (!nodeClasses.seen) return [];
  const patch = quoteForShell(JSON.stringify({ spec: { networkPolicy: "DefaultDeny" } }));
  return [
    {
      text: "Then set networkPolicy to DefaultDeny in every NodeClass of Auto Mode; it counts for nodes that are made after it. The NodeClass default is EKS's own: write one beside it, and let the NodePools refer to that.",
      commands: nodeClasses.value
        .filter(({ metadata }) => metadata.name !== "default")
        .map(
          ({ metadata }) =>
            `kubectl patch nodeclasses.eks.amazonaws.com ${quoteForShell(metadata.name)} --type merge -p ${patch}`,
        ),
      files: [],
    },
  ];
}

const VIA_CILIUM: Remediation = {
  text: "Then set Cilium's policyEnforcementMode to always (Helm), which is enable-policy in its ConfigMap.",
  commands: [
    `kubectl patch configmap cilium-config -n kube-system --type merge -p '{"data":{"enable-policy":"always"}}'`,
    "kubectl rollout restart daemonset cilium -n kube-system",
    "kubectl rollout status daemonset cilium -n kube-system",
  ],
  files: [],
};
