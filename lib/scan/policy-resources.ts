// Which custom resources become which fact, and under which API version they are served here.
// The full group is always named: the short name `networkpolicies` can resolve to another API's resource.

import { keepsNativeV3 } from "../enforcement/calico.ts";
import { enginesOf } from "../enforcement/detect-engines.ts";
import type { ApiGroup, DaemonSet } from "../model/kubernetes.ts";
import { unseen, type Observed, type Unseen } from "../model/observed.ts";
import type { FactName } from "../model/snapshot.ts";
import type { CustomResource } from "./sources.ts";

interface Served {
  readonly group: string;
  /** Newest first; the first served one with that kind is read. */
  readonly versions: readonly string[];
}

interface ResourceOfFact extends Served {
  readonly fact: FactName;
  /** Where Calico keeps the same objects if that group is not served, or if its agents say so. */
  readonly otherwise?: Served;
  readonly plural: string;
  /** Policies are always read where served; engine objects only where lib/enforcement asks. */
  readonly policy: boolean;
  readonly metadataOnly?: boolean;
}

/** v1beta1 since Antrea 1.13; before, the group served it for other kinds. */
const ANTREA_VERSIONS = ["v1beta1", "v1alpha1"] as const;

const RESOURCES: readonly ResourceOfFact[] = [
  row("awsClusterNetworkPolicies", "networking.k8s.aws", ["v1alpha1"], "clusternetworkpolicies", true),
  row(
    "awsApplicationNetworkPolicies",
    "networking.k8s.aws",
    ["v1alpha1"],
    "applicationnetworkpolicies",
    true,
  ),
  row("policyEndpoints", "networking.k8s.aws", ["v1alpha1"], "policyendpoints", false),
  row("adminNetworkPolicies", "policy.networking.k8s.io", ["v1alpha1"], "adminnetworkpolicies", true),
  row(
    "baselineAdminNetworkPolicies",
    "policy.networking.k8s.io",
    ["v1alpha1"],
    "baselineadminnetworkpolicies",
    true,
  ),
  row("clusterNetworkPolicies", "policy.networking.k8s.io", ["v1alpha2"], "clusternetworkpolicies", true),
  row("ciliumNetworkPolicies", "cilium.io", ["v2"], "ciliumnetworkpolicies", true),
  row("ciliumClusterwideNetworkPolicies", "cilium.io", ["v2"], "ciliumclusterwidenetworkpolicies", true),
  { ...row("ciliumEndpoints", "cilium.io", ["v2"], "ciliumendpoints", false), metadataOnly: true },
  // v2 since Cilium 1.16; v2alpha1, from 1.13 on, is gone with 1.20.
  row("ciliumNodeConfigs", "cilium.io", ["v2", "v2alpha1"], "ciliumnodeconfigs", false),
  calicoRow("calicoNetworkPolicies", "networkpolicies"),
  calicoRow("calicoGlobalNetworkPolicies", "globalnetworkpolicies"),
  calicoRow("calicoTiers", "tiers"),
  calicoRow("calicoNetworkSets", "networksets"),
  calicoRow("calicoGlobalNetworkSets", "globalnetworksets"),
  row("antreaNetworkPolicies", "crd.antrea.io", ANTREA_VERSIONS, "networkpolicies", true),
  row("antreaClusterNetworkPolicies", "crd.antrea.io", ANTREA_VERSIONS, "clusternetworkpolicies", true),
  row("tigeraStatuses", "operator.tigera.io", ["v1"], "tigerastatuses", false),
  row("nodeClasses", "eks.amazonaws.com", ["v1"], "nodeclasses", false),
];

function row(
  fact: FactName,
  group: string,
  versions: readonly string[],
  plural: string,
  policy: boolean,
): ResourceOfFact {
  return { fact, group, versions, plural, policy };
}

/**
 * From 3.32 on Calico keeps its objects as projectcalico.org/v3 where it finds these definitions, without
 * crd.projectcalico.org (docs.tigera.io, "Enable native v3 CRDs"). Where both are served, either v3 is Calico's API
 * server in front of v1, which lists only what its rights by tier allow, or v1 is what a migration to v3 has left
 * behind, in force no more, until its DatastoreMigration is deleted: the agents know.
 */
function calicoRow(fact: FactName, plural: string): ResourceOfFact {
  const otherwise = { group: "projectcalico.org", versions: ["v3"] };
  return { ...row(fact, "crd.projectcalico.org", ["v1"], plural, true), otherwise };
}

/** `former`: an older version that is served, too; the objects are there where `version` has none of the kind. */
export interface VersionedResource extends CustomResource {
  readonly former?: string;
}

export interface PolicyResource {
  readonly fact: FactName;
  readonly policy: boolean;
  /** `absent`: discovery proves that there are no such objects; an Unseen: served, but not as we can read it. */
  readonly resource: VersionedResource | "absent" | Unseen;
}

/** `served`: the whole discovery document of the cluster. */
export function policyResources(
  served: readonly ApiGroup[],
  daemonSets: Observed<readonly DaemonSet[]>,
): readonly PolicyResource[] {
  const versionsOf = new Map(served.map((group) => [group.name, group.versions]));
  const isMoved = isCalicoMoved(daemonSets);
  return RESOURCES.map(({ fact, policy, otherwise, ...row }) => {
    const resource = toResource(row, versionsOf.get(row.group));
    const instead = otherwise && toResource({ ...row, ...otherwise }, versionsOf.get(otherwise.group));
    if (instead === undefined || instead === "absent") return { fact, policy, resource };
    if (resource === "absent") return { fact, policy, resource: instead };
    if (!isMoved.seen) return { fact, policy, resource: isMoved };
    return { fact, policy, resource: isMoved.value ? instead : resource };
  });
}

function isCalicoMoved(daemonSets: Observed<readonly DaemonSet[]>): Observed<boolean> {
  if (!daemonSets.seen) return daemonSets;
  return keepsNativeV3(daemonSets.value.filter((set) => enginesOf(set).includes("calico")));
}

function toResource(
  { group, versions, plural, metadataOnly }: Omit<ResourceOfFact, "fact" | "policy" | "otherwise">,
  served: readonly string[] | undefined,
): PolicyResource["resource"] {
  if (served === undefined) return "absent";
  const [version, former] = versions.filter((candidate) => served.includes(candidate));
  if (version !== undefined)
    return {
      group,
      version,
      plural,
      ...(former === undefined ? {} : { former }),
      ...(metadataOnly === true ? { metadataOnly } : {}),
    };
  // A version that nobody here knows may hold the same objects: only known versions prove absence.
  const rows = RESOURCES.flatMap((row) => [row, row.otherwise ?? row]);
  const known = new Set(rows.filter((row) => row.group === group).flatMap((row) => row.versions));
  const foreign = served.filter((candidate) => !known.has(candidate));
  if (foreign.length === 0) return "absent";
  return unseen("not-supported", `${plural}.${group} is served only as ${foreign.join(", ")}`);
}
