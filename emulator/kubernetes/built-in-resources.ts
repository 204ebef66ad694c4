// The resources that every API server has, in the order of its discovery documents.
// Source: `kubectl api-resources` of Kubernetes 1.33 on Amazon EKS; subresources are left out.

/** One resource as discovery names it. */
export interface ApiResource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly verbs: readonly string[];
  /** Lists of built-in types carry no apiVersion and kind per item; those of custom resources do. */
  readonly builtIn: boolean;
}

export const STORED_VERBS: readonly string[] = [
  "create",
  "delete",
  "deletecollection",
  "get",
  "list",
  "patch",
  "update",
  "watch",
];

type Row = readonly [plural: string, kind: string, shortNames?: string];
interface GroupTable {
  readonly groupVersion: string;
  readonly namespaced: readonly Row[];
  readonly clusterWide: readonly Row[];
  /** Kinds that are only ever posted: reviews. */
  readonly reviews?: readonly Row[];
}

const TABLES: readonly GroupTable[] = [
  {
    groupVersion: "v1",
    namespaced: [
      ["configmaps", "ConfigMap", "cm"],
      ["endpoints", "Endpoints", "ep"],
      ["events", "Event", "ev"],
      ["limitranges", "LimitRange", "limits"],
      ["persistentvolumeclaims", "PersistentVolumeClaim", "pvc"],
      ["pods", "Pod", "po"],
      ["podtemplates", "PodTemplate"],
      ["replicationcontrollers", "ReplicationController", "rc"],
      ["resourcequotas", "ResourceQuota", "quota"],
      ["secrets", "Secret"],
      ["serviceaccounts", "ServiceAccount", "sa"],
      ["services", "Service", "svc"],
    ],
    clusterWide: [
      ["namespaces", "Namespace", "ns"],
      ["nodes", "Node", "no"],
      ["persistentvolumes", "PersistentVolume", "pv"],
    ],
  },
  {
    groupVersion: "apiregistration.k8s.io/v1",
    namespaced: [],
    clusterWide: [["apiservices", "APIService"]],
  },
  {
    groupVersion: "apps/v1",
    namespaced: [
      ["controllerrevisions", "ControllerRevision"],
      ["daemonsets", "DaemonSet", "ds"],
      ["deployments", "Deployment", "deploy"],
      ["replicasets", "ReplicaSet", "rs"],
      ["statefulsets", "StatefulSet", "sts"],
    ],
    clusterWide: [],
  },
  {
    groupVersion: "authorization.k8s.io/v1",
    namespaced: [],
    clusterWide: [],
    reviews: [["selfsubjectaccessreviews", "SelfSubjectAccessReview"]],
  },
  {
    groupVersion: "autoscaling/v2",
    namespaced: [["horizontalpodautoscalers", "HorizontalPodAutoscaler", "hpa"]],
    clusterWide: [],
  },
  {
    groupVersion: "batch/v1",
    namespaced: [
      ["cronjobs", "CronJob", "cj"],
      ["jobs", "Job"],
    ],
    clusterWide: [],
  },
  {
    groupVersion: "networking.k8s.io/v1",
    namespaced: [
      ["ingresses", "Ingress", "ing"],
      ["networkpolicies", "NetworkPolicy", "netpol"],
    ],
    clusterWide: [["ingressclasses", "IngressClass"]],
  },
  {
    groupVersion: "policy/v1",
    namespaced: [["poddisruptionbudgets", "PodDisruptionBudget", "pdb"]],
    clusterWide: [],
  },
  {
    groupVersion: "rbac.authorization.k8s.io/v1",
    namespaced: [
      ["rolebindings", "RoleBinding"],
      ["roles", "Role"],
    ],
    clusterWide: [
      ["clusterrolebindings", "ClusterRoleBinding"],
      ["clusterroles", "ClusterRole"],
    ],
  },
  {
    groupVersion: "storage.k8s.io/v1",
    namespaced: [],
    clusterWide: [
      ["csidrivers", "CSIDriver"],
      ["storageclasses", "StorageClass", "sc"],
    ],
  },
  {
    groupVersion: "admissionregistration.k8s.io/v1",
    namespaced: [],
    clusterWide: [
      ["mutatingwebhookconfigurations", "MutatingWebhookConfiguration"],
      ["validatingadmissionpolicies", "ValidatingAdmissionPolicy"],
      ["validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding"],
      ["validatingwebhookconfigurations", "ValidatingWebhookConfiguration"],
    ],
  },
  {
    groupVersion: "apiextensions.k8s.io/v1",
    namespaced: [],
    clusterWide: [["customresourcedefinitions", "CustomResourceDefinition", "crd,crds"]],
  },
  {
    groupVersion: "scheduling.k8s.io/v1",
    namespaced: [],
    clusterWide: [["priorityclasses", "PriorityClass", "pc"]],
  },
  {
    groupVersion: "coordination.k8s.io/v1",
    namespaced: [["leases", "Lease"]],
    clusterWide: [],
  },
  {
    groupVersion: "node.k8s.io/v1",
    namespaced: [],
    clusterWide: [["runtimeclasses", "RuntimeClass"]],
  },
  {
    groupVersion: "discovery.k8s.io/v1",
    namespaced: [["endpointslices", "EndpointSlice"]],
    clusterWide: [],
  },
  {
    groupVersion: "flowcontrol.apiserver.k8s.io/v1",
    namespaced: [],
    clusterWide: [
      ["flowschemas", "FlowSchema"],
      ["prioritylevelconfigurations", "PriorityLevelConfiguration"],
    ],
  },
];

export const BUILT_IN_RESOURCES: readonly ApiResource[] = TABLES.flatMap(
  ({ groupVersion, namespaced, clusterWide, reviews = [] }) =>
    [
      namespaced.map((row) => toApiResource(groupVersion, row, true, STORED_VERBS)),
      clusterWide.map((row) => toApiResource(groupVersion, row, false, STORED_VERBS)),
      reviews.map((row) => toApiResource(groupVersion, row, false, ["create"])),
    ].flat(),
);

function toApiResource(
  groupVersion: string,
  [plural, kind, shortNames]: Row,
  namespaced: boolean,
  verbs: readonly string[],
): ApiResource {
  return {
    ...parseGroupVersion(groupVersion),
    plural,
    singular: kind.toLowerCase(),
    kind,
    listKind: `${kind}List`,
    namespaced,
    shortNames: shortNames === undefined ? [] : shortNames.split(","),
    verbs,
    builtIn: true,
  };
}

/** `v1` or `GROUP/VERSION`. */
export function parseGroupVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf("/");
  if (slash === -1) return { group: "", version: apiVersion };
  return { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}
