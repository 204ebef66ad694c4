// NETPOL.9: what to do by what keeps the cluster dark. Who may look is one thing, the way there another.

import type { Remediation } from "../model/finding.ts";
import { isSignedOut, toNextStep } from "../model/next-step.ts";
import type { Observed, Unseen } from "../model/observed.ts";
import { FACT_ACCESS, type ClusterDescription, type FactName } from "../model/snapshot.ts";
import type { Coverage } from "../model/target.ts";
import { toEndpointFix } from "./endpoint-advice.ts";
import { remedyDeniedAccess } from "./remedy-visibility.ts";

export interface Gap extends Omit<Unseen, "seen"> {
  readonly name: FactName;
}

export function remedyBlindness(gaps: readonly Gap[], cluster: Observed<ClusterDescription>): Remediation {
  const ofAws = gaps.filter(({ name }) => FACT_ACCESS[name] === "aws");
  // Without its description nobody knows where the cluster's own API is: what else was not seen follows from that.
  const isUndescribed = ofAws.some(({ name }) => name === "cluster");
  const ofCluster = isUndescribed ? [] : gaps.filter(({ name }) => FACT_ACCESS[name] !== "aws");
  const description = cluster.seen ? cluster.value : null;
  const remedies = [
    ...firstOfEach(ofCluster).map((gap) => remedyClusterGap(gap, description)),
    ...firstOfEach(ofAws).map(remedyAwsGap),
  ];
  return {
    text: [...new Set(remedies.map(({ text }) => text))].join(" "),
    commands: [...new Set(remedies.flatMap(({ commands }) => commands))],
    files: [],
  };
}

/** One gap for each reason: what is done about one is done about all of them. */
function firstOfEach(gaps: readonly Gap[]): readonly Gap[] {
  return [...Map.groupBy(gaps, ({ why }) => why).values()].flatMap(([first]) =>
    first === undefined ? [] : [first],
  );
}

function remedyClusterGap(gap: Gap, cluster: ClusterDescription | null): Remediation {
  if (gap.why === "access-denied")
    return (cluster === null ? null : remedyDeniedAccess(cluster)) ?? toRemediation(OF_THE_KUBECONFIG);
  if (gap.why === "unreachable" && cluster !== null) {
    const { fix, commands = [] } = toEndpointFix("endpoint-connection", cluster);
    return { ...toRemediation(fix), commands };
  }
  const coverage = toCoverage(gap, "the cluster");
  // A cluster that EKS describes is in an account; here it does not, and was not asked.
  return toRemediation(toNextStep(cluster === null ? { ...coverage, account: null } : coverage));
}

function remedyAwsGap(gap: Gap): Remediation {
  const coverage = toCoverage(gap, null);
  const isRefused = gap.why === "access-denied" && !isSignedOut(coverage);
  return toRemediation(isRefused ? OF_THE_MEMBER_ROLE : toNextStep(coverage));
}

/** Next steps are worded for the cluster's own API, or for a Region's. */
function toCoverage({ why, detail }: Gap, cluster: string | null): Coverage {
  return { account: "", region: "", cluster, outcome: "missed", why, detail };
}

function toRemediation(text: string): Remediation {
  return { text, commands: [], files: [] };
}

const OF_THE_MEMBER_ROLE =
  "Give the member role what deploy/member-role.yaml grants (eks:DescribeCluster, eks:DescribeAddon, eks:ListCapabilities), and look for a service control policy that takes it away.";
const OF_THE_KUBECONFIG =
  "Bind the ClusterRole of deploy/kubernetes/ringfence-reader.yaml to the user that was asked with: the kubeconfig context's, or the member role's group ringfence-readers.";
