// Every named world. Each call builds it afresh; objects of a cluster are made when they are first asked for.

import type { World } from "../world.ts";
import { demo } from "./demo.ts";
import { addonValues } from "./scenarios/addon-values.ts";
import { allStatuses } from "./scenarios/all-statuses.ts";
import { blindPods } from "./scenarios/blind-pods.ts";
import { deniedRegion } from "./scenarios/denied-region.ts";
import { disabledRegion } from "./scenarios/disabled-region.ts";
import { garbage } from "./scenarios/garbage.ts";
import { gitOps } from "./scenarios/gitops.ts";
import { hostileNames } from "./scenarios/hostile-names.ts";
import { manyNamespaces } from "./scenarios/many-namespaces.ts";
import { noAccessEntry } from "./scenarios/no-access-entry.ts";
import { privateCluster } from "./scenarios/private-cluster.ts";
import { redirects } from "./scenarios/redirects.ts";
import { serviceControlPolicy } from "./scenarios/service-control-policy.ts";
import { singleAccount } from "./scenarios/single-account.ts";
import { throttled } from "./scenarios/throttled.ts";
import { wrongCa } from "./scenarios/wrong-ca.ts";

export const worlds: Readonly<Record<string, () => World>> = {
  demo,
  "addon-values": addonValues,
  "all-statuses": allStatuses,
  "blind-pods": blindPods,
  "denied-region": deniedRegion,
  "disabled-region": disabledRegion,
  garbage,
  gitops: gitOps,
  "hostile-names": hostileNames,
  "many-namespaces": manyNamespaces,
  "no-access-entry": noAccessEntry,
  "private-cluster": privateCluster,
  redirects,
  scp: serviceControlPolicy,
  "single-account": singleAccount,
  throttled,
  "wrong-ca": wrongCa,
};
