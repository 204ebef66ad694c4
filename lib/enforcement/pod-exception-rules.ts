// The kinds of pods that an engine leaves alone, each with its source. Pure data and one predicate each.

import type { Pod } from "../model/kubernetes.ts";
import type { ExceptionRule } from "./pod-exceptions.ts";

export const POD_EXCEPTION_RULES: readonly ExceptionRule[] = [
  {
    engines: ["vpc-cni", "eks-auto-mode"],
    kind: "no-owner",
    // EKS user guide, network policy considerations.
    because: "a pod without ownerReferences cannot have network policies applied by the VPC CNI",
    applies: (pod) => pod.owner === null,
    selectedOnly: true,
    needs: [],
  },
  {
    engines: ["vpc-cni", "eks-auto-mode"],
    kind: "extra-interface",
    // "Doesn't apply network policies to additional network interfaces for each pod" (EKS user guide).
    because: "the pod has further network interfaces, to which the VPC CNI applies no policy",
    applies: hasFurtherInterface,
    selectedOnly: true,
    needs: [],
  },
];

/** Multus adds the networks that it is told; the VPC CNI adds cards with `multi-nic-attachment`. */
function hasFurtherInterface({ annotations }: Pod): boolean {
  const networks = [
    annotations["k8s.v1.cni.cncf.io/networks"],
    annotations["v1.multus-cni.io/default-network"],
  ];
  return (
    networks.some((network) => network !== undefined && network.trim() !== "") ||
    annotations["k8s.amazonaws.com/nicConfig"] === "multi-nic-attachment"
  );
}
