// The custom resources of which the verdicts may depend: policies of other APIs, and what engines say of
// themselves. Objects of any other kind are left aside.

interface CustomKind {
  /** As the scan asks for it: group, version and plural of the API. */
  readonly group: string;
  readonly plural: string;
  readonly isNamespaced: boolean;
}

const NAMESPACED = [
  "networking.k8s.aws/ApplicationNetworkPolicy",
  "networking.k8s.aws/PolicyEndpoint",
  "cilium.io/CiliumNetworkPolicy",
  "cilium.io/CiliumEndpoint",
  "cilium.io/CiliumNodeConfig",
  "crd.projectcalico.org/NetworkPolicy",
  "crd.projectcalico.org/NetworkSet",
  "crd.antrea.io/NetworkPolicy",
];

const CLUSTER_WIDE = [
  "networking.k8s.aws/ClusterNetworkPolicy",
  "policy.networking.k8s.io/AdminNetworkPolicy",
  "policy.networking.k8s.io/BaselineAdminNetworkPolicy",
  "policy.networking.k8s.io/ClusterNetworkPolicy",
  "cilium.io/CiliumClusterwideNetworkPolicy",
  "crd.projectcalico.org/GlobalNetworkPolicy",
  "crd.projectcalico.org/GlobalNetworkSet",
  "crd.projectcalico.org/Tier",
  "operator.tigera.io/TigeraStatus",
  "operator.tigera.io/Installation",
  "crd.antrea.io/ClusterNetworkPolicy",
  "crd.antrea.io/AntreaAgentInfo",
  "eks.amazonaws.com/NodeClass",
];

const KINDS: ReadonlyMap<string, CustomKind> = new Map([
  ...NAMESPACED.map((name) => [name, toCustomKind(name, true)] as const),
  ...CLUSTER_WIDE.map((name) => [name, toCustomKind(name, false)] as const),
]);

function toCustomKind(name: string, isNamespaced: boolean): CustomKind {
  const [group = "", kind = ""] = name.split("/");
  return { group, plural: toPlural(kind.toLowerCase()), isNamespaced };
}

/** As the API server derives it where nobody says otherwise (apimachinery, meta.UnsafeGuessKindToResource). */
function toPlural(singular: string): string {
  if (singular.endsWith("s")) return `${singular}es`;
  return singular.endsWith("y") ? `${singular.slice(0, -1)}ies` : `${singular}s`;
}

export interface CustomResourceOf extends CustomKind {
  readonly version: string;
}

/**
 * Calico serves its stored objects (crd.projectcalico.org/v1) a second time as projectcalico.org/v3, which is
 * what people write; the spec is the same. So is that of a CiliumNodeConfig in v2alpha1 and in v2.
 */
export function customResourceOf(group: string, version: string, kind: string): CustomResourceOf | null {
  const isCalico = group === "projectcalico.org" && version === "v3";
  const found = KINDS.get(`${isCalico ? "crd.projectcalico.org" : group}/${kind}`);
  if (found === undefined) return null;
  if (kind === "CiliumNodeConfig") return { ...found, version: "v2" };
  return { ...found, version: isCalico ? "v1" : version };
}
