// The way into a cluster for the functions in AWS: its code comes with the first cluster, not with the process.

import type { OpenKubernetes } from "../aws/account-clusters.ts";

export const openKubernetes: OpenKubernetes = async (access, options) => {
  const { openClusterReader } = await import("../kubernetes/reader.ts");
  return openClusterReader(access, options);
};
