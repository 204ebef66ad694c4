import { toClusterArguments } from "../model/cluster-address.ts";
import { defineControl } from "../model/control.ts";
import type { Evidence } from "../model/finding.ts";
import type { Observed } from "../model/observed.ts";
import { FACT_ACCESS, FACT_NAMES, isExpectedGap, type FactName } from "../model/snapshot.ts";
import { remedyBlindness, type Gap } from "../remediation/remedy-blindness.ts";

export const netpol9 = defineControl({
  id: "NETPOL.9",
  title: "Clusters should be visible to the scanner",
  subject: "cluster",
  severity: "medium",
  severityReason:
    "Nothing is known to be wrong in the dark, but nothing is known to be right either. What stays dark for 30 days is high: nobody is opening it.",
  rationale:
    "What the scanner cannot read it reports as unknown, never as a pass. This control makes the blind spot itself a finding, so that it is closed.",
  frameworks: [{ framework: "NIST 800-53 r5", id: "CM-7", origin: "mapping" }],
  atAccessLevel1: "Everything; it names what level 2 would add.",
  remediation:
    "Where the cluster refuses, give the member role an access entry with AmazonEKSViewPolicy (level 1), and deploy/kubernetes/ringfence-reader.yaml for nodes and custom resources (level 2). Where its endpoint is not reached, let the scanner's address into publicAccessCidrs, run the scan inside the VPC, or let a spoke in the cluster's account read it (deploy/spoke.yaml).",
  link: "https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html",
  needs: [],
  reads: FACT_NAMES,
  evaluate({ reads, clusterName, region }) {
    const subject = { kind: "cluster", name: clusterName } as const;
    const blind = FACT_NAMES.flatMap((name) => {
      const fact: Observed<unknown> = reads[name];
      return fact.seen || isExpectedGap(name, fact) ? [] : [{ name, why: fact.why, detail: fact.detail }];
    });
    if (blind.length > 0) {
      const [first] = blind;
      const where = toClusterArguments(clusterName, region === null ? null : { region });
      return [
        {
          status: "fail",
          subject,
          because: `Ringfence could not read ${toShortList(blind)} of cluster ${clusterName}: ${first?.detail ?? ""}.`,
          evidence: blind.map((gap) => toEvidence(gap, commandFor(gap, where, reads.cluster.seen))),
          remediation: remedyBlindness(blind, reads.cluster),
        },
      ];
    }
    const level = reads.nodes.seen
      ? "nodes too"
      : `nodes and custom resources not (${reads.nodes.why}), so verdicts per node stay unknown`;
    return [
      { status: "pass", subject, because: `Ringfence read cluster ${clusterName}; ${level}.`, evidence: [] },
    ];
  },
});

/** The reason comes after it and has to be seen; the evidence has all of them. */
const SHOWN = 3;

function toShortList(blind: readonly { readonly name: FactName }[]): string {
  const names = blind.slice(0, SHOWN).map(({ name }) => name);
  return blind.length > SHOWN ? `${names.join(", ")} and ${blind.length - SHOWN} more` : names.join(", ");
}

function toEvidence({ name, why, detail }: Gap, command: string): Evidence {
  return {
    source: FACT_ACCESS[name] === "aws" ? "Amazon EKS API" : "Kubernetes API",
    object: name,
    observed: `${why}: ${detail}`,
    means: "could not look",
    command,
  };
}

/** Asks the same API again, or who it lets in. */
function commandFor({ name, why }: Gap, where: string, isInAws: boolean): string {
  if (FACT_ACCESS[name] === "aws") return `aws eks list-addons ${where}`;
  if (why !== "access-denied") return "kubectl get --raw /readyz";
  return isInAws ? `aws eks list-access-entries ${where}` : "kubectl auth can-i --list";
}
