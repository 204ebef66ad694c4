// Draws who may talk to the workloads of a namespace and whom they may talk to, as far as the report tells: it
// knows what is open to all; which peers a policy names it does not know, and the picture does not pretend to.

import type { Posture } from "../../model/posture.ts";
import { el, svg } from "./elements.ts";
import type { Flow, Flows, PictureRow } from "./picture-rows.ts";
import { toCaption, toDescription } from "./picture-words.ts";

const WIDTH = 760;
const ROW_HEIGHT = 44;
const TOP = 34;
const PEER_WIDTH = 132;
const PEER_HEIGHT = 34;
const BOX = { left: 250, right: 510 };
/** Characters that fit into the box and into a peer. */
const MAX_NAME = 30;

type Side = "ingress" | "egress";

interface Frame {
  readonly height: number;
  readonly posture: Posture;
}

export function picture(name: string, posture: Posture, rows: readonly PictureRow[]): HTMLElement {
  const height = TOP + Math.max(2, rows.length) * ROW_HEIGHT + 18;
  const drawing = svg(
    "svg",
    {
      viewBox: `0 0 ${WIDTH} ${height}`,
      class: "picture",
      role: "img",
      "aria-label": toDescription(name, rows),
    },
    ...peers(height, "ingress"),
    ...peers(height, "egress"),
    svg("rect", {
      class: `fence fence-${posture}`,
      x: BOX.left,
      y: TOP - 12,
      width: BOX.right - BOX.left,
      height: height - TOP,
      rx: 10,
    }),
    svg("text", { class: "fence-name", x: BOX.left, y: 12 }, shorten(name, 38)),
    ...rows.flatMap((row, index) => drawRow(row, TOP + (index + 0.5) * ROW_HEIGHT, { height, posture })),
  );
  return el(
    "figure",
    { class: "who" },
    el("div", { class: "scroll", role: "group", "aria-label": "Picture", tabindex: "0" }, drawing),
    el("figcaption", {}, toCaption(posture, rows)),
  );
}

/** Where "any address" and "any pod" stand, on either side. */
function peerY(height: number, peer: keyof Flows): number {
  const middle = (height + TOP - 18) / 2;
  return peer === "external" ? middle - 30 : middle + 30;
}

function peers(height: number, side: Side): readonly SVGElement[] {
  const x = side === "ingress" ? 0 : WIDTH - PEER_WIDTH;
  const box = (peer: keyof Flows, label: string): SVGElement =>
    svg(
      "g",
      { class: "peer" },
      svg("rect", {
        x,
        y: peerY(height, peer) - PEER_HEIGHT / 2,
        width: PEER_WIDTH,
        height: PEER_HEIGHT,
        rx: 6,
      }),
      svg("text", { x: x + PEER_WIDTH / 2, y: peerY(height, peer) + 4, "text-anchor": "middle" }, label),
    );
  return [
    svg(
      "text",
      { class: "side", x: x + PEER_WIDTH / 2, y: 12, "text-anchor": "middle" },
      side === "ingress" ? "who may reach it" : "what it may reach",
    ),
    box("external", "any address"),
    box("cluster", "any pod in cluster"),
  ];
}

function drawRow(row: PictureRow, y: number, frame: Frame): readonly SVGElement[] {
  const { names, pods, hostNetwork, ingress, egress } = row;
  const [first = ""] = names;
  const amount = hostNetwork ? "host network: no policy applies" : `${pods} ${pods === 1 ? "pod" : "pods"}`;
  const remark = names.length === 1 ? amount : `and ${names.length - 1} more, ${amount}`;
  return [
    ...(hostNetwork
      ? []
      : [...drawSide(ingress, "ingress", y, frame), ...drawSide(egress, "egress", y, frame)]),
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
function drawSide(flows: Flows, side: Side, y: number, { height, posture }: Frame): readonly SVGElement[] {
  const isClosed = flows.cluster === "named" && flows.external === "named";
  const drawn = posture === "inert" ? EVERYTHING : flows;
  return [
    ...(["external", "cluster"] as const).flatMap((peer) => path(drawn[peer], side, y, peerY(height, peer))),
    ...(isClosed ? [gate(side === "ingress" ? BOX.left : BOX.right, y, posture)] : []),
  ];
}

const TONES: Readonly<Record<Exclude<Flow, "named">, string>> = {
  all: "bad",
  part: "warn",
  unknown: "unknown",
};

function path(flow: Flow, side: Side, rowY: number, peerY: number): readonly SVGElement[] {
  if (flow === "named") return [];
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
  const tone = TONES[flow];
  return [
    svg("path", {
      class: `path path-${tone}`,
      d: `M${from.x} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${to.x - 3} ${to.y}`,
      "marker-end": `url(#arrow-${tone})`,
    }),
  ];
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
