// What the picture of a namespace shows: workloads for which the same paths are open stand in one row. No DOM.

import type { DirectionReport } from "../../model/posture.ts";
import type { Reach, ReachRule } from "../../model/suggestion.ts";
import type { PageSide, PageWorkload } from "./unpack.ts";

/** Whether everything there, a part of it or nothing beyond named peers has a way; `unknown` is not nothing. */
export type Flow = "all" | "part" | "named" | "unknown";

export interface Flows {
  readonly cluster: Flow;
  readonly external: Flow;
}

export type Side = "ingress" | "egress";

export interface PictureRow {
  readonly names: readonly string[];
  /** How many workloads the row is about, `names` and others. */
  readonly amount: number;
  readonly pods: number;
  readonly hostNetwork: boolean;
  readonly ingress: Flows;
  readonly egress: Flows;
  /** Places in `peers`. */
  readonly named: Readonly<Record<Side, readonly number[]>>;
}

export interface PictureModel {
  readonly rows: readonly PictureRow[];
  /** Whom the policies name; null: this report does not say. */
  readonly peers: Readonly<Record<Side, readonly PeerBox[]>> | null;
  /** Workloads or rules had no room. */
  readonly isCut: boolean;
  /** More may be allowed than could be read. */
  readonly isDoubtful: boolean;
}

/** Peers that the policies name for the same workloads. */
export interface PeerBox {
  readonly peers: readonly NamedPeer[];
  /** Which of the drawn groups. */
  readonly rows: readonly number[];
}

export interface NamedPeer {
  readonly who: string;
  /** `the same namespace`, `namespace shop`; "" where `who` is no pod. */
  readonly where: string;
  /** `TCP 80, UDP 53`, `all ports` */
  readonly ports: string;
}

type Openness = Pick<DirectionReport, "isolated" | "openToCluster" | "openToExternal" | "externalShare">;

export function toFlows({ isolated, openToCluster, openToExternal, externalShare }: Openness): Flows {
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

const NO_PEERS: PictureRow["named"] = { ingress: [], egress: [] };

/** The most open first, so that what matters stands on top. */
export function toPictureRows(workloads: readonly PageWorkload[]): readonly PictureRow[] {
  const alike = Map.groupBy(workloads, ({ hostNetwork, ingress, egress }) =>
    JSON.stringify(hostNetwork ? "host" : [toFlows(ingress), toFlows(egress)]),
  );
  const rows = [...alike.values()].flatMap((group): PictureRow[] => {
    const [first] = group;
    if (first === undefined) return [];
    return [
      {
        names: group.map(({ name }) => name),
        amount: group.length,
        pods: group.reduce((sum, { pods }) => sum + pods, 0),
        hostNetwork: first.hostNetwork,
        ingress: toFlows(first.ingress),
        egress: toFlows(first.egress),
        named: NO_PEERS,
      },
    ];
  });
  return mostOpenFirst(rows);
}

/** With the peers that the policies name. */
export function toPictureModel({ groups, moreWorkloads }: PageSide): PictureModel {
  const drawn = groups.filter(({ hostNetwork }) => !hostNetwork);
  const peers = {
    ingress: toPeerBoxes(drawn.map(({ ingress }) => ingress)),
    egress: toPeerBoxes(drawn.map(({ egress }) => egress)),
  };
  const rows = groups.map((group): PictureRow => {
    const index = drawn.indexOf(group);
    return {
      names: group.workloads,
      amount: group.workloads.length + group.moreWorkloads,
      pods: group.pods,
      hostNetwork: group.hostNetwork,
      ingress: toReachFlows(group.ingress),
      egress: toReachFlows(group.egress),
      named: { ingress: placesOf(peers.ingress, index), egress: placesOf(peers.egress, index) },
    };
  });
  return {
    rows: mostOpenFirst(rows),
    peers,
    isCut: moreWorkloads > 0 || groups.some(hasMoreRules),
    isDoubtful: drawn.some(({ ingress, egress }) => ingress.isDoubtful || egress.isDoubtful),
  };
}

function hasMoreRules({ ingress, egress }: PageSide["groups"][number]): boolean {
  return ingress.moreRules > 0 || egress.moreRules > 0;
}

/** From here on NETPOL.26 calls it open; what is less, the named peers show. */
const LARGE_SHARE = 0.5;

function toReachFlows(reach: Reach): Flows {
  const { cluster, external } = toFlows(reach);
  const isSmall = external === "part" && (reach.externalShare ?? 1) < LARGE_SHARE;
  return { cluster, external: isSmall ? "named" : external };
}

/** Peers that are named for the same rows stand in one box: many lines between the same two would say less. */
function toPeerBoxes(reaches: readonly Reach[]): readonly PeerBox[] {
  const rowsOf = new Map<string, { readonly peer: NamedPeer; readonly rows: number[] }>();
  for (const [row, reach] of reaches.entries())
    for (const peer of namedPeers(reach)) {
      const key = JSON.stringify(peer);
      const known = rowsOf.get(key) ?? { peer, rows: [] };
      if (!known.rows.includes(row)) known.rows.push(row);
      rowsOf.set(key, known);
    }
  const boxes = Map.groupBy(rowsOf.values(), ({ rows }) => rows.join());
  return [...boxes.values()].map((entries) => ({
    peers: entries.map(({ peer }) => peer),
    rows: entries[0]?.rows ?? [],
  }));
}

function placesOf(boxes: readonly PeerBox[], row: number): readonly number[] {
  return boxes.flatMap(({ rows }, place) => (rows.includes(row) ? [place] : []));
}

/** Where all is open to all, a rule that names somebody opens nothing. */
function namedPeers({ openToCluster, openToExternal, rules }: Reach): readonly NamedPeer[] {
  if (openToCluster === true && openToExternal === true) return [];
  return rules.filter(({ action, ports }) => action === "allow" && ports !== "on no port").map(toNamedPeer);
}

const PLACE = / in (?:the same namespace|every namespace|namespaces with .*)$/su;

function toNamedPeer({ peer, ports }: ReachRule): NamedPeer {
  const place = PLACE.exec(peer);
  const where = place?.[0].slice(" in ".length) ?? "";
  return {
    who: place === null ? peer : peer.slice(0, place.index),
    where: where.replace(/^namespaces with kubernetes\.io\/metadata\.name=([-a-z0-9]+)$/, "namespace $1"),
    ports: ports.replace(/^on /, ""),
  };
}

function mostOpenFirst(rows: readonly PictureRow[]): readonly PictureRow[] {
  return rows.toSorted((a, b) => openness(b) - openness(a));
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
