// Turns records of a report into records of the HTML page, and knows how long all of them are together.

import type { Finding } from "../model/finding.ts";
import type { NamespaceReport } from "../model/posture.ts";
import type { ClusterPart } from "./by-cluster.ts";
import { packCluster } from "./pack-cluster.ts";
import { packFinding } from "./pack-finding.ts";
import { packNamespace } from "./pack-namespace.ts";
import { createPackingTables, toPageTables } from "./packing-tables.ts";
import type { NamespaceDetail, PackedFinding, PageCluster, PageTables } from "./page-data.ts";

export interface Packer {
  /** Of all that was packed so far, in characters of JSON. */
  length(): number;
  readonly tables: PageTables;
  /** With its namespaces, but without their details. */
  packCluster(part: ClusterPart): PageCluster;
  packDetail(namespace: NamespaceReport): NamespaceDetail;
  packFinding(finding: Finding, cluster: number | null): PackedFinding;
}

export function createPacker(): Packer {
  let length = 0;
  const add = (more: number): void => void (length += more);
  const measured = <T>(record: T): T => {
    add(JSON.stringify(record).length + 1);
    return record;
  };
  const tables = createPackingTables(add);
  return {
    length: () => length,
    tables: toPageTables(tables),
    packCluster: (part) => measured(packCluster(part, tables)),
    packDetail: (namespace) => measured(packNamespace(namespace, tables)),
    packFinding: (finding, cluster) => measured(packFinding(finding, cluster, tables)),
  };
}
