// NETPOL.9 for what is wider than a cluster: an account or a Region that could not be looked into.
// The cluster's own NETPOL.9 is a control like any other (netpol-9.ts).

import { count, enumerate } from "../model/counts.ts";
import { toFindingId } from "../model/finding-id.ts";
import type { Finding, Subject } from "../model/finding.ts";
import type { Coverage, Target } from "../model/target.ts";
import { isSignedOut, toNextStep } from "../model/next-step.ts";
import { netpol9 } from "./netpol-9.ts";

/** One failing finding for each account or Region that the coverage says was missed. */
export function toVisibilityFindings(coverage: readonly Coverage[]): readonly Finding[] {
  return coverage.filter(({ outcome, cluster }) => outcome === "missed" && cluster === null).map(toFinding);
}

function toFinding(entry: Coverage): Finding {
  const { account, region, why, detail } = entry;
  const subject: Subject = toSubject(account, region);
  return {
    id: toFindingId({ account, region, cluster: null, controlId: netpol9.id, createdAt: null, subject }),
    controlId: netpol9.id,
    title: netpol9.title,
    status: "fail",
    severity: netpol9.severity,
    account,
    region,
    cluster: null,
    subject,
    because: `Ringfence could not ${whatFailed(subject)}: ${detail ?? "no reason was given"} (${why ?? "unknown"}).`,
    evidence: [],
    remediation: { text: remediationFor(subject, entry), commands: [], files: [] },
  };
}

export interface LostAccount {
  readonly account: string;
  /** Half a sentence. */
  readonly why: string;
  /** `shop (eu-central-1)` */
  readonly clusters: readonly string[];
  /** RFC 3339: when no Security Hub shows any of its findings any more. */
  readonly forgottenAt: string;
}

const MAX_CLUSTERS = 5;

/** Closed, suspended, or gone from the organization, after its clusters were known. */
export function toLostFinding({ account, why, clusters, forgottenAt }: LostAccount): Finding {
  const rest = clusters.length - MAX_CLUSTERS;
  const named = [...clusters.slice(0, MAX_CLUSTERS), ...(rest > 0 ? [`${rest} more`] : [])];
  return {
    ...toFinding({ account, region: null, cluster: null, outcome: "skipped" }),
    // It is news once, and mostly somebody's intention.
    severity: "low",
    because: `Account ${account} is lost: ${why}. ${count(clusters.length, "cluster")} had been looked at there: ${enumerate(named)}. What was open there was not repaired, and nobody can update it; Security Hub forgets the last of it on ${forgottenAt.slice(0, 10)}.`,
    remediation: {
      text: "Find out whether this account was meant to be closed or moved. If so, nothing is left to do: this finding ends by itself. If not, bring it back into the organization.",
      commands: [],
      files: [],
    },
  };
}

/** Of a cluster that its owner took out of the scan; `how` is half a sentence. */
export function toLeftOutFinding(target: Target, createdAt: string | null, how: string): Finding {
  const { account, region, cluster } = target;
  const subject: Subject = { kind: "cluster", name: cluster };
  return {
    ...toFinding({ account, region, cluster, outcome: "skipped" }),
    id: toFindingId({ account, region, cluster, controlId: netpol9.id, createdAt, subject }),
    cluster,
    subject,
    // The configuration lets owners do this: it is to be known, and not to alarm.
    severity: "low",
    because: `Cluster ${cluster} is not looked at: it is ${how}. Its owner sets its tags; what was open before stays as it was.`,
    remediation: {
      text: "Remove the tag from the cluster, or agree on an exemption with a reason and a last day instead.",
      commands: [],
      files: [],
    },
  };
}

function toSubject(account: string | null, region: string | null): Subject {
  if (region !== null) return { kind: "region", name: region };
  if (account !== null) return { kind: "account", name: account };
  return { kind: "run", name: "accounts" };
}

function whatFailed({ kind, name }: Subject): string {
  return kind === "run" ? "find out which accounts there are" : `look into ${kind} ${name}`;
}

/** The longer text where somebody has to grant something; who cannot even sign in is told that. */
function remediationFor({ kind }: Subject, entry: Coverage): string {
  if (entry.why !== "access-denied" || isSignedOut(entry)) return toNextStep(entry);
  switch (kind) {
    case "account":
      return "Deploy deploy/member-role.yaml in this account with the organization id, ExternalId and scanner role prefix of your deployment, or exclude the account in organization.accounts.exclude.";
    case "region":
      return "Allow the member role eks:ListClusters in this Region (look for a service control policy), or leave the Region out of `regions` in the configuration. A Region that was disabled is asked as long as the state knows clusters there, because they run on: enable it, or, where none is left, delete state/ACCOUNT/REGION/ where the state is kept.";
    default:
      return "Run the scan in the management account or a delegated administrator of AWS Organizations, or list the accounts in the configuration.";
  }
}
