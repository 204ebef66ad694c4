// What the picture of a namespace shows: workloads for which the same paths are open stand in one row. No DOM.

import type { DirectionReport } from "../../model/posture.ts";
import type { PageWorkload } from "./unpack.ts";

/** Whether everything there, a part of it or nothing beyond named peers has a way; `unknown` is not nothing. */
export type Flow = "all" | "part" | "named" | "unknown";

export interface Flows {
  readonly cluster: Flow;
  readonly external: Flow;
}

export interface PictureRow {
  readonly names: readonly string[];
  readonly pods: number;
  readonly hostNetwork: boolean;
  readonly ingress: Flows;
  readonly egress: Flows;
}

export function toFlows({ isolated, openToCluster, openToExternal, externalShare }: DirectionReport): Flows {
  if (isolated === null) return { cluster: "unknown", external: "unknown" };
  return {
    cluster: toFlow(openToCluster),
    external:
      externalShare !== null && externalShare > 0 && openToExternal === false
        ? "part"
        : toFlow(openToExternal),
  };
}

function toFlow(open: boolean | null): Flow {
  if (open === null) return "unknown";
  return open ? "all" : "named";
}

/** The most open first, so that what matters stands on top. */
export function toPictureRows(workloads: readonly PageWorkload[]): readonly PictureRow[] {
  const rows = new Map<string, { row: PictureRow; names: string[]; pods: number }>();
  for (const { name, pods, hostNetwork, ingress, egress } of workloads) {
    const flows = { ingress: toFlows(ingress), egress: toFlows(egress) };
    const key = JSON.stringify(hostNetwork ? "host" : flows);
    const known = rows.get(key) ?? {
      row: { ...flows, hostNetwork, names: [], pods: 0 },
      names: [],
      pods: 0,
    };
    known.names.push(name);
    known.pods += pods;
    rows.set(key, known);
  }
  return [...rows.values()]
    .map(({ row, names, pods }) => ({ ...row, names, pods }))
    .toSorted((a, b) => openness(b) - openness(a));
}

const WEIGHTS: Readonly<Record<Flow, number>> = { all: 8, part: 4, unknown: 2, named: 0 };

function openness({ ingress, egress, hostNetwork }: PictureRow): number {
  if (hostNetwork) return -1;
  return (
    2 * (WEIGHTS[ingress.cluster] + WEIGHTS[ingress.external]) +
    WEIGHTS[egress.cluster] +
    WEIGHTS[egress.external]
  );
}
