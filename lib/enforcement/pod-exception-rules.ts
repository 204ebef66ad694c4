// The kinds of pods that an engine leaves alone, each with its source. Pure data and one predicate each.

import type { Pod } from "../model/kubernetes.ts";
import { isChained, keepsNoEndpoints } from "./cilium.ts";
import type { EngineContext } from "./engine-assessment.ts";
import type { ExceptionRule } from "./pod-exceptions.ts";
import type { Ternary } from "./ternary.ts";

export const POD_EXCEPTION_RULES: readonly ExceptionRule[] = [
  {
    engines: ["vpc-cni", "eks-auto-mode"],
    kind: "no-owner",
    // EKS user guide, network policy considerations.
    because: "a pod without ownerReferences cannot have network policies applied by the VPC CNI",
    prepare: () => (pod) => pod.owner === null,
    selectedOnly: true,
    needs: [],
  },
  {
    engines: ["vpc-cni", "eks-auto-mode"],
    kind: "extra-interface",
    // "Doesn't apply network policies to additional network interfaces for each pod" (EKS user guide).
    because: "the pod has further network interfaces, to which the VPC CNI applies no policy",
    prepare: () => hasFurtherInterface,
    selectedOnly: true,
    needs: [],
  },
  {
    engines: ["cilium"],
    kind: "not-managed",
    // Cilium, CNI chaining: pods that ran before are policed only after a restart.
    because: "Cilium is chained to another CNI and has no endpoint for the pod, so it does not police it",
    prepare: isNotManagedByCilium,
    selectedOnly: false,
    needs: ["ciliumConfigMap", "ciliumEndpoints"],
  },
  {
    engines: ["calico"],
    kind: "pod-security-group",
    // EKS user guide, alternate CNI plugins: traffic of such pods "is not subjected to Calico" enforcement.
    because: "the pod has a security group of its own, and Calico does not police its interface",
    prepare: () => (pod) => Object.hasOwn(pod.annotations, "vpc.amazonaws.com/pod-eni"),
    selectedOnly: false,
    needs: [],
  },
];

/** Multus adds the networks that it is told; the VPC CNI adds cards with `multi-nic-attachment`. */
function hasFurtherInterface({ annotations }: Pod): boolean {
  const networks = [
    annotations["k8s.v1.cni.cncf.io/networks"],
    annotations["v1.multus-cni.io/default-network"],
  ];
  const hasNetwork = networks.some((network) => network !== undefined && network.trim() !== "");
  return hasNetwork || annotations["k8s.amazonaws.com/nicConfig"] === "multi-nic-attachment";
}

/** A new pod's endpoint takes a moment to appear. */
const ENDPOINT_GRACE_MS = 60_000;

function isNotManagedByCilium({ facts, observedAtMs }: EngineContext): (pod: Pod) => Ternary {
  const chained = isChained(facts);
  if (chained !== true) return () => chained;
  if (keepsNoEndpoints(facts)) return () => null;
  if (!facts.ciliumEndpoints.seen) return () => null;
  const managed = new Set(facts.ciliumEndpoints.value.map(({ namespace, name }) => `${namespace}/${name}`));
  return (pod) => {
    if (managed.has(`${pod.namespace}/${pod.name}`)) return false;
    const createdAtMs = pod.createdAt === null ? NaN : Date.parse(pod.createdAt);
    return !(observedAtMs !== null && observedAtMs - createdAtMs < ENDPOINT_GRACE_MS);
  };
}
