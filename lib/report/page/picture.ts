// Draws who may talk to the workloads of a namespace and whom they may talk to, as far as the report tells: it
// knows what is open to all; where it does not know which peers a policy names, the picture does not pretend to.

import type { Posture } from "../../model/posture.ts";
import { el, svg } from "./elements.ts";
import type { Flow, Flows, NamedPeer, PeerBox, PictureModel, PictureRow, Side } from "./picture-rows.ts";
import { toCaption, toDescription, toPeerText } from "./picture-words.ts";

const WIDTH = 900;
const ROW_HEIGHT = 44;
const MAX_ROW_HEIGHT = 88;
const TOP = 34;
const BOTTOM = 18;
const PEER_WIDTH = 216;
const PEER_HEIGHT = 34;
const LINE = 17;
/** Peers that are drawn of one box. */
const MAX_PEERS = 4;
const GAP = 10;
const BOX = { left: 310, right: 590 };
/** Characters that fit into the box and into a peer. */
const MAX_NAME = 34;
const MAX_PEER = 29;

interface Place {
  readonly y: number;
  readonly height: number;
}

/** Where things stand on one side: what is open to all, then whom the policies name. */
interface SidePlaces extends Readonly<Record<keyof Flows, Place>> {
  readonly named: readonly Place[];
}

interface Frame {
  readonly places: Readonly<Record<Side, SidePlaces>>;
  readonly posture: Posture;
}

export function picture(name: string, posture: Posture, model: PictureModel): HTMLElement {
  const { rows, peers } = model;
  const boxes = { ingress: peers?.ingress ?? [], egress: peers?.egress ?? [] };
  const inner = Math.max(Math.max(2, rows.length) * ROW_HEIGHT, ...Object.values(boxes).map(sideHeight));
  const height = TOP + inner + BOTTOM;
  const places = { ingress: toPlaces(boxes.ingress, inner), egress: toPlaces(boxes.egress, inner) };
  const step = Math.min(inner / Math.max(1, rows.length), MAX_ROW_HEIGHT);
  const firstRow = TOP + (inner - rows.length * step) / 2;
  const drawing = svg(
    "svg",
    {
      viewBox: `0 0 ${WIDTH} ${height}`,
      class: "picture",
      role: "img",
      "aria-label": toDescription(name, model),
    },
    ...drawPeers({ places, posture }, "ingress", model),
    ...drawPeers({ places, posture }, "egress", model),
    svg("rect", {
      class: `fence fence-${posture}`,
      x: BOX.left,
      y: TOP - 12,
      width: BOX.right - BOX.left,
      height: height - TOP,
      rx: 10,
    }),
    svg("text", { class: "fence-name", x: BOX.left, y: 12 }, shorten(name, 42)),
    ...rows.flatMap((row, index) => drawRow(row, firstRow + (index + 0.5) * step, { places, posture })),
  );
  return el(
    "figure",
    { class: "who" },
    el("div", { class: "scroll", role: "group", "aria-label": "Picture", tabindex: "0" }, drawing),
    el("figcaption", {}, toCaption(posture, model)),
  );
}

function sideHeight(boxes: readonly PeerBox[]): number {
  const named = boxes.reduce((sum, box) => sum + boxHeight(box) + GAP, 0);
  return 2 * (PEER_HEIGHT + GAP) + named - GAP;
}

function boxHeight(box: PeerBox): number {
  return toLines(box).length * LINE + 16;
}

function toPlaces(boxes: readonly PeerBox[], inner: number): SidePlaces {
  const first = TOP + (inner - sideHeight(boxes)) / 2;
  const step = PEER_HEIGHT + GAP;
  let y = first + 2 * step;
  const named = boxes.map((box) => {
    const place = { y, height: boxHeight(box) };
    y += place.height + GAP;
    return place;
  });
  return {
    external: { y: first, height: PEER_HEIGHT },
    cluster: { y: first + step, height: PEER_HEIGHT },
    named,
  };
}

function drawPeers(frame: Frame, side: Side, { rows, peers }: PictureModel): readonly SVGElement[] {
  const places = frame.places[side];
  const x = side === "ingress" ? 0 : WIDTH - PEER_WIDTH;
  const middle = x + PEER_WIDTH / 2;
  const title = side === "ingress" ? "who may reach it" : "what it may reach";
  const everybody = (kind: keyof Flows, label: string): SVGElement => {
    const isShut = rows.every((row) => row.hostNetwork || toDrawn(row[side], frame)[kind] === "named");
    return drawPeer(places[kind], x, isShut ? "peer peer-shut" : "peer", [label], label);
  };
  return [
    svg("text", { class: "side", x: middle, y: 12, "text-anchor": "middle" }, title),
    everybody("external", "any address"),
    everybody("cluster", "any pod in the cluster"),
    ...(peers?.[side] ?? []).flatMap((box, index) => {
      const place = places.named[index];
      const all = box.peers.map(toPeerText).join("\n");
      return place === undefined ? [] : [drawPeer(place, x, "peer peer-named", toLines(box), all)];
    }),
  ];
}

function toLines({ peers }: PeerBox): readonly string[] {
  const rest = peers.length - MAX_PEERS;
  return [
    ...peers.slice(0, MAX_PEERS).flatMap(toPeerLines),
    ...(rest > 0 ? [`and ${rest} more, see in words`] : []),
  ];
}

/** Without the domains of label keys, which say little and are long; the title has all. */
function toPeerLines({ who, where, ports }: NamedPeer): readonly string[] {
  const short = who.replace(/^pods with /, "").replaceAll(/(?<![^\s,=/])[^\s,=/]+\/(?=[^\s,=/]+=)/g, "");
  return [short, [where.replace(/^the /, ""), ports].filter((part) => part !== "").join(" · ")];
}

function drawPeer(
  { y, height }: Place,
  x: number,
  className: string,
  lines: readonly string[],
  title: string,
): SVGElement {
  const first = y + height / 2 + 4 - ((lines.length - 1) * LINE) / 2;
  return svg(
    "g",
    { class: className },
    svg("title", {}, title),
    svg("rect", { x, y, width: PEER_WIDTH, height, rx: 6 }),
    ...lines.map((line, index) =>
      svg(
        "text",
        {
          x: x + PEER_WIDTH / 2,
          y: first + index * LINE,
          "text-anchor": "middle",
          class: index % 2 === 1 ? "remark" : null,
        },
        shorten(line, MAX_PEER),
      ),
    ),
  );
}

function drawRow(row: PictureRow, y: number, frame: Frame): readonly SVGElement[] {
  const { names, amount, pods, hostNetwork } = row;
  const [first = ""] = names;
  const size = hostNetwork ? "host network: no policy applies" : `${pods} ${pods === 1 ? "pod" : "pods"}`;
  const remark = amount === 1 ? size : `and ${amount - 1} more, ${size}`;
  return [
    ...(hostNetwork ? [] : [...drawSide(row, "ingress", y, frame), ...drawSide(row, "egress", y, frame)]),
    svg(
      "g",
      { class: "workload" },
      svg("title", {}, names.slice(0, 20).join(", ")),
      svg("text", { x: BOX.left + 16, y: y - 2 }, shorten(first, MAX_NAME)),
      svg("text", { class: "remark", x: BOX.left + 16, y: y + 14 }, remark),
    ),
  ];
}

const EVERYTHING: Flows = { cluster: "all", external: "all" };

/** What nothing enforces is open, whatever the policies say; where they would close it stays to be seen. */
function toDrawn(flows: Flows, { posture }: Frame): Flows {
  return posture === "inert" ? EVERYTHING : flows;
}

function drawSide(row: PictureRow, side: Side, y: number, frame: Frame): readonly SVGElement[] {
  const { places, posture } = frame;
  const flows = row[side];
  const isClosed = flows.cluster === "named" && flows.external === "named";
  const drawn = toDrawn(flows, frame);
  const named = posture === "inert" ? [] : row.named[side];
  return [
    ...(["external", "cluster"] as const).flatMap((peer) =>
      drawn[peer] === "named" ? [] : [path(TONES[drawn[peer]], side, y, places[side][peer])],
    ),
    ...named.flatMap((index) => {
      const place = places[side].named[index];
      return place === undefined ? [] : [path("good", side, y, place)];
    }),
    ...(isClosed ? [gate(side === "ingress" ? BOX.left : BOX.right, y, posture)] : []),
  ];
}

const TONES: Readonly<Record<Exclude<Flow, "named">, string>> = {
  all: "bad",
  part: "warn",
  unknown: "unknown",
};

function path(tone: string, side: Side, rowY: number, place: Place): SVGElement {
  const peerY = place.y + place.height / 2;
  const [from, to] =
    side === "ingress"
      ? [
          { x: PEER_WIDTH, y: peerY },
          { x: BOX.left, y: rowY },
        ]
      : [
          { x: BOX.right, y: rowY },
          { x: WIDTH - PEER_WIDTH, y: peerY },
        ];
  const middle = (from.x + to.x) / 2;
  return svg("path", {
    class: `path path-${tone}`,
    d: `M${from.x} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${to.x - 3} ${to.y}`,
    "marker-end": `url(#arrow-${tone})`,
  });
}

/** The fence is closed here but for peers that its policies name. */
function gate(x: number, y: number, posture: Posture): SVGElement {
  const className = posture === "inert" ? "gate gate-inert" : "gate";
  return svg("rect", { class: className, x: x - 3.5, y: y - 14, width: 7, height: 28, rx: 3.5 });
}

function shorten(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}
