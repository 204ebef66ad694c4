// NETPOL.7: two engines on the same nodes. Which one is to stay is a decision; what ends the conflict without
// touching the other engine's rules is to switch off the VPC CNI's, and that is written out.

import { isAwsNode } from "../enforcement/detect-engines.ts";
import type { EngineCoexistence } from "../model/enforcement-detail.ts";
import type { Remediation } from "../model/finding.ts";
import type { DaemonSet } from "../model/kubernetes.ts";
import type { Observed } from "../model/observed.ts";
import type { Addon } from "../model/snapshot.ts";
import { toAddonUpdate } from "./addon-update.ts";
import { switchOff } from "./merge-addon-values.ts";
import { switchSelfManagedOff } from "./remedy-enforcement.ts";

export interface CoexistenceReads {
  readonly vpcCniAddon: Observed<Addon | null>;
  readonly daemonSets: Observed<readonly DaemonSet[]>;
}

export function remedyCoexistence(
  clusterName: string,
  { conflicts }: EngineCoexistence,
  reads: CoexistenceReads,
): Remediation {
  const engines = [...new Set(conflicts.flatMap((conflict) => conflict.engines))].toSorted();
  const others = engines.filter((engine) => engine !== "vpc-cni");
  const list = "kubectl get daemonsets -A -o wide";
  const off = others.length < engines.length ? switchVpcCniOff(clusterName, reads) : null;
  if (off === null)
    return {
      text: `Decide for one of ${engines.join(" and ")}, remove the other one's DaemonSet as its documentation says, and replace the nodes, so that none of its rules stays behind.`,
      commands: [list],
      files: [],
    };
  return {
    text: `To keep ${others.join(" and ")}, switch the VPC CNI's policy engine off: policies that only it implements (networking.k8s.aws) then count for nothing. To keep the VPC CNI's instead, do not run these commands: remove ${others.join(" and ")} and replace the nodes, so that none of its rules stays behind.`,
    commands: [list, ...off.commands],
    files: off.files,
  };
}

function switchVpcCniOff(
  clusterName: string,
  { vpcCniAddon, daemonSets }: CoexistenceReads,
): Pick<Remediation, "commands" | "files"> | null {
  if (!vpcCniAddon.seen) return null;
  if (vpcCniAddon.value !== null) {
    const change = { values: switchOff, resolveConflicts: "PRESERVE" } as const;
    const update = toAddonUpdate(clusterName, vpcCniAddon.value, change);
    return "because" in update ? null : update;
  }
  const awsNode = daemonSets.seen ? daemonSets.value.find(isAwsNode) : undefined;
  return awsNode === undefined ? null : switchSelfManagedOff(awsNode);
}
