// How reports name a policy of another API: `Kind.group/name` (CONTRACTS), because short names clash.

import type { RawObject } from "../model/kubernetes.ts";

export function otherPolicyName({ kind, apiVersion, metadata }: RawObject): string {
  const [group] = apiVersion.split("/");
  return `${kind}.${group ?? apiVersion}/${metadata.name}`;
}
