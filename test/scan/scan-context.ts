// How tests scan over the wire: every control, and time enough.

import { toUnseen as awsToUnseen } from "../../lib/aws/errors.ts";
import { controls } from "../../lib/controls/index.ts";
import { toUnseen as kubernetesToUnseen } from "../../lib/kubernetes/errors.ts";
import { createObserve } from "../../lib/scan/observe.ts";
import type { ScanContext } from "../../lib/scan/scan-cluster.ts";

export const scanContext: ScanContext = {
  observe: createObserve([awsToUnseen, kubernetesToUnseen]),
  now: () => new Date(),
  controls,
  settings: { unjudgedNamespaces: [{ glob: "kube-*", reason: "Runs the cluster itself." }] },
  requestTimeoutMs: 5000,
  deadlineMs: 20_000,
  excludedTags: [],
  signal: new AbortController().signal,
};
