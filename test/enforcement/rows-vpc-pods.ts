// Rows about pods that the VPC CNI does not police although its agent runs beside them.

import { awsNode, pod, networkPolicy } from "./facts.ts";
import type { Row } from "./row.ts";
import { ENFORCED, vpc } from "./vpc-cluster.ts";

const policy = networkPolicy("shop", "web");

const bare = pod("shop", "debug", { owner: null });
const attached = pod("shop", "router", { annotations: { "k8s.v1.cni.cncf.io/networks": "sriov" } });

export const POD_ROWS: readonly Row[] = [
  {
    name: "a selected pod without an owner",
    facts: vpc({ placed: { a: [bare], b: [] }, more: { networkPolicies: [policy] } }),
    ...ENFORCED,
    verdict: "partial",
    decisive: "is not policed",
  },
  {
    name: "a pod without an owner that no policy selects",
    facts: vpc({
      placed: { a: [bare], b: [] },
      more: { networkPolicies: [networkPolicy("shop", "web", { matchLabels: { app: "web" } })] },
    }),
    ...ENFORCED,
    decisive: "configured to enforce",
  },
  {
    name: "a pod without an owner and a selector that cannot be read",
    facts: vpc({
      placed: { a: [bare], b: [] },
      more: { networkPolicies: [networkPolicy("shop", "web", { matchFields: {} })] },
    }),
    ...ENFORCED,
    verdict: "unknown",
    decisive: "may not be policed",
  },
  {
    name: "a selected pod with a Multus interface",
    facts: vpc({ placed: { a: [attached], b: [] }, more: { networkPolicies: [policy] } }),
    ...ENFORCED,
    verdict: "partial",
    decisive: "is not policed",
  },
  {
    name: "a selected pod with several network cards",
    facts: vpc({
      placed: {
        a: [pod("shop", "hpc", { annotations: { "k8s.amazonaws.com/nicConfig": "multi-nic-attachment" } })],
        b: [],
      },
      more: { networkPolicies: [policy] },
    }),
    ...ENFORCED,
    verdict: "partial",
    decisive: "is not policed",
  },
  {
    name: "IPv6 cluster with IPv4 egress (the default)",
    facts: vpc({ set: awsNode({ env: { ENABLE_IPv6: "true" } }) }),
    ...ENFORCED,
    verdict: "partial",
    decisive: "ENABLE_V4_EGRESS",
  },
  {
    name: "IPv6 cluster without IPv4 egress",
    facts: vpc({ set: awsNode({ env: { ENABLE_IPv6: "true", ENABLE_V4_EGRESS: "false" } }) }),
    ...ENFORCED,
    decisive: "configured to enforce",
  },
];
