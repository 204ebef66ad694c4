// Something that is installed in a cluster: its manifests, and what it does to the objects once all are live.

import type { RawObject } from "../../lib/model/kubernetes.ts";

export interface ClusterPart {
  readonly manifests: readonly RawObject[];
  /** In order, after every part's manifests became live objects. */
  readonly adjustments: readonly Adjustment[];
}

export type Adjustment = (objects: readonly RawObject[]) => readonly RawObject[];

export function part(manifests: readonly RawObject[], ...adjustments: readonly Adjustment[]): ClusterPart {
  return { manifests, adjustments };
}
