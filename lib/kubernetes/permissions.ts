// Every read that the product makes of a cluster, with the reason: docs and doctor print it, and a test holds
// deploy/kubernetes/ringfence-reader.yaml against it. Data only.

export interface KubernetesPermission {
  /** "" is the core group. */
  readonly apiGroup: string;
  readonly resource: string;
  readonly verbs: readonly ("get" | "list")[];
  /** Absent: the cluster scope. */
  readonly namespace?: string;
  readonly resourceNames?: readonly string[];
  /** 1: an access entry with AmazonEKSViewPolicy suffices; 2: the ClusterRole of deploy/kubernetes as well. */
  readonly level: 1 | 2;
  /** One clause: what cannot be said without it. */
  readonly why: string;
}

const ADMISSION = "admissionregistration.k8s.io";
const AGENT_CONFIGS = ["amazon-vpc-cni", "antrea-config", "cilium-config"] as const;

export const KUBERNETES_PERMISSIONS: readonly KubernetesPermission[] = [
  list(1, "", "namespaces", "the namespaces that are judged, and the labels that selectors match"),
  list(1, "", "pods", "which pods the policies select, and whether each node's policy agent is ready"),
  list(1, "", "services", "which Services a suggested policy has to keep reachable"),
  list(1, "apps", "daemonsets", "which policy engine is installed, and how it is configured"),
  list(1, "batch", "jobs", "which CronJob the pods of a Job belong to"),
  list(1, "networking.k8s.io", "networkpolicies", "the policies themselves"),
  list(1, "networking.k8s.io", "ingresses", "which of those Services an Ingress sends traffic to"),
  {
    apiGroup: "",
    resource: "configmaps",
    verbs: ["get"],
    namespace: "kube-system",
    resourceNames: AGENT_CONFIGS,
    level: 1,
    why: "whether the policy engine is switched on; no other ConfigMap is read",
  },
  list(2, "", "nodes", "which nodes have no policy agent, and which kinds of node never have one"),
  list(2, ADMISSION, "validatingwebhookconfigurations", "which Services the API server calls to validate"),
  list(
    2,
    ADMISSION,
    "mutatingwebhookconfigurations",
    "which Services the API server calls to change objects",
  ),
  list(2, "networking.k8s.aws", "policyendpoints", "whether the controller has processed each policy"),
  list(2, "networking.k8s.aws", "clusternetworkpolicies", "AWS policies that overrule namespaces"),
  list(2, "networking.k8s.aws", "applicationnetworkpolicies", "AWS policies with domain names"),
  list(2, "policy.networking.k8s.io", "clusternetworkpolicies", "upstream policies that overrule namespaces"),
  list(2, "policy.networking.k8s.io", "adminnetworkpolicies", "their older form, before namespaces'"),
  list(2, "policy.networking.k8s.io", "baselineadminnetworkpolicies", "their older form, after namespaces'"),
  list(2, "cilium.io", "ciliumnetworkpolicies", "Cilium's policies of a namespace"),
  list(2, "cilium.io", "ciliumclusterwidenetworkpolicies", "Cilium's policies of the cluster"),
  list(2, "cilium.io", "ciliumendpoints", "which pods Cilium manages at all"),
  list(2, "cilium.io", "ciliumnodeconfigs", "whether Cilium is configured otherwise on some nodes"),
  list(2, "crd.projectcalico.org", "networkpolicies", "Calico's policies of a namespace"),
  list(2, "crd.projectcalico.org", "globalnetworkpolicies", "Calico's policies of the cluster"),
  list(2, "crd.projectcalico.org", "tiers", "the order in which Calico applies policies"),
  list(2, "crd.projectcalico.org", "networksets", "addresses with labels, which Calico's rules select"),
  list(2, "crd.projectcalico.org", "globalnetworksets", "the same for the whole cluster"),
  // Calico keeps its objects in the one group or in the other (lib/scan/policy-resources.ts).
  list(
    2,
    "projectcalico.org",
    "networkpolicies",
    "Calico's policies of a namespace, where it keeps them here",
  ),
  list(2, "projectcalico.org", "globalnetworkpolicies", "Calico's policies of the cluster, likewise"),
  list(2, "projectcalico.org", "tiers", "the order in which Calico applies policies, likewise"),
  list(2, "projectcalico.org", "networksets", "addresses with labels, likewise"),
  list(2, "projectcalico.org", "globalnetworksets", "the same for the whole cluster, likewise"),
  list(2, "crd.antrea.io", "networkpolicies", "whether Antrea has policies of its own in a namespace"),
  list(2, "crd.antrea.io", "clusternetworkpolicies", "whether Antrea has policies of the cluster"),
  list(2, "operator.tigera.io", "tigerastatuses", "whether the operator's Calico is available"),
  list(2, "eks.amazonaws.com", "nodeclasses", "whether Auto Mode nodes start pods denied"),
  list(2, "argoproj.io", "appprojects", "in which namespaces Argo CD runs, whatever it is called there"),
  list(2, "coordination.k8s.io", "leases", "in which namespaces Flux runs, whatever it is called there"),
];

/** Granted by Kubernetes itself to every authenticated user (`system:discovery`), unless it was removed. */
export const DISCOVERY_PERMISSION = {
  path: "/apis",
  verb: "get",
  level: 1,
  why: "which of the APIs above are served: one that is not served has no objects",
} as const;

function list(level: 1 | 2, apiGroup: string, resource: string, why: string): KubernetesPermission {
  return { apiGroup, resource, verbs: ["list"], level, why };
}
