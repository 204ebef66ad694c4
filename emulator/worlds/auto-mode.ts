// EKS Auto Mode: no aws-node anywhere. Enforcement hangs on the ConfigMap; NodeClass only tunes the default.

import type { ClusterPart } from "./cluster-part.ts";
import { part } from "./cluster-part.ts";
import { policyController } from "./addons.ts";
import type { PolicyControllerOptions } from "./addons.ts";
import { customObject } from "./objects.ts";

export interface AutoModeOptions extends PolicyControllerOptions {
  /** False: nobody applied the ConfigMap, so that policies are accepted and enforced by nothing. */
  readonly configMap?: boolean;
  /** NodeClass `spec.networkPolicy`: the standard or the strict mode, never the switch itself. */
  readonly networkPolicy?: "DefaultAllow" | "DefaultDeny";
}

/** Members of DescribeCluster that say so. EKS requires the three to be set together. */
export const AUTO_MODE_DESCRIPTION = {
  computeConfig: { enabled: true, nodePools: ["general-purpose", "system"] },
  kubernetesNetworkConfig: {
    elasticLoadBalancing: { enabled: true },
    ipFamily: "ipv4",
    serviceIpv4Cidr: "172.20.0.0/16",
  },
  storageConfig: { blockStorage: { enabled: true } },
};

export function autoMode(options: AutoModeOptions): ClusterPart {
  const controller = policyController(options);
  const manifests = [nodeClass(options), nodePool("general-purpose"), nodePool("system")];
  if (options.configMap === false) return part(manifests);
  return part([...manifests, ...controller.manifests], ...controller.adjustments);
}

function nodeClass(options: AutoModeOptions) {
  return customObject(
    "eks.amazonaws.com/v1",
    "NodeClass",
    { name: "default", labels: { "app.kubernetes.io/managed-by": "eks" } },
    {
      spec: {
        ephemeralStorage: { iops: 3000, size: "80Gi", throughput: 125 },
        networkPolicy: options.networkPolicy ?? "DefaultAllow",
        networkPolicyEventLogs: "Disabled",
        role: "AmazonEKSAutoNodeRole",
        snatPolicy: "Random",
      },
      status: { conditions: [{ type: "Ready", status: "True" }] },
    },
  );
}

function nodePool(name: string) {
  return customObject(
    "karpenter.sh/v1",
    "NodePool",
    { name, labels: { "app.kubernetes.io/managed-by": "eks" } },
    {
      spec: {
        template: {
          spec: { nodeClassRef: { group: "eks.amazonaws.com", kind: "NodeClass", name: "default" } },
        },
      },
      status: { conditions: [{ type: "Ready", status: "True" }] },
    },
  );
}
