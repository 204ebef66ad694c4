// The catalogue of engines beside the VPC CNI that live in a DaemonSet. A new one is a file and a line here.

import { antrea } from "./antrea.ts";
import { calico } from "./calico.ts";
import { cilium } from "./cilium.ts";
import type { DaemonSetEngine } from "./daemon-set-engine.ts";
import { kubeNetworkPolicies } from "./kube-network-policies.ts";
import { kubeRouter } from "./kube-router.ts";
import { azureNpm, dataplaneV2 } from "./other-clouds.ts";
import { weave } from "./weave.ts";

export const DAEMON_SET_ENGINES: readonly DaemonSetEngine[] = [
  calico,
  cilium,
  dataplaneV2,
  antrea,
  kubeRouter,
  weave,
  kubeNetworkPolicies,
  azureNpm,
];
