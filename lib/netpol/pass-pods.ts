// Lets the traffic of every pod flow through the tiers, for ports that all rules match. Which pods a selector
// means is not asked: it is all of them, or some. Address blocks that are about pods add up to all of them.

import { createClaims, type Claims, type Span } from "./address-cells.ts";
import type { FlowAddresses } from "./flow-addresses.ts";
import { selectorKey } from "./label-selector.ts";
import { isEveryPod } from "./policy-direction.ts";
import type { FlowRule, Peer } from "./policy.ts";
import type { Flow, FlowContext, FlowTier } from "./traffic-flow.ts";

export interface PodsOutcome {
  /** Some pods' traffic was decided by no tier. */
  readonly left: boolean;
  /** A rule denies some pods. */
  readonly denied: boolean;
  /** The end of a tier denied some pods. */
  readonly closed: boolean;
}

/** Pods by selectors, as their texts, and by cells of addresses, for each of their families. */
interface PodSet {
  readonly selectors: Set<string>;
  readonly cells: readonly Set<number>[];
}

interface PodSpace extends Claims {
  readonly everything: readonly Span[];
  readonly spansOf: FlowAddresses["podSpansOfRule"];
}

interface Progress {
  left: boolean;
  denied: boolean;
  closed: boolean;
  /** What rules have been about so far, for all pods that it means. The cells are claimed in `spaces`. */
  readonly selectors: Set<string>;
  readonly spaces: readonly PodSpace[];
  /** Who alone is not decided: those that earlier tiers passed on. Null: anyone may be. */
  waiting: PodSet | null;
}

/** `spaces`: of each family that the pods use, cut by a flow that this one is a part of. */
export function passPods({ tiers }: Flow, spaces: readonly FlowAddresses[]): PodsOutcome {
  const progress: Progress = {
    left: true,
    denied: false,
    closed: false,
    selectors: new Set(),
    spaces: spaces.map(({ count, podSpansOfRule }) => ({
      ...createClaims(count),
      everything: [[0, count]],
      spansOf: podSpansOfRule,
    })),
    waiting: null,
  };
  for (const tier of tiers) passTier(tier, progress);
  const { left, denied, closed } = progress;
  return { left, denied, closed };
}

/** What a tier passes on, and what it decided after that: of the pods passed on that is not decided. */
interface TierWork {
  readonly passed: PodSet;
  hasPassed: boolean;
  readonly partly: Set<string>;
  readonly toRelease: readonly (readonly number[])[][];
}

function passTier({ rules, end }: FlowTier, progress: Progress): void {
  const work: TierWork = {
    passed: { selectors: new Set(), cells: progress.spaces.map(() => new Set()) },
    hasPassed: false,
    partly: new Set(),
    toRelease: progress.spaces.map(() => []),
  };
  for (const rule of rules) if (progress.left) passRule(rule, progress, work);
  for (const [index, space] of progress.spaces.entries()) space.release(work.toRelease[index]?.flat() ?? []);
  if (end === "deny" && progress.left) progress.closed = true;
  if (end === "deny" || !progress.left) progress.waiting = work.passed;
  else if (progress.waiting !== null) progress.waiting = together(progress.waiting, work.passed);
  progress.left = work.hasPassed || (progress.left && end === "continue");
}

function passRule(rule: FlowRule, progress: Progress, work: TierWork): void {
  for (const peer of rule.peers)
    if (peer.kind !== "addresses" && peer.kind !== "elsewhere" && progress.left)
      passSelector(peer, rule.action, progress, work);
  for (const [index, { spansOf }] of progress.spaces.entries())
    if (progress.left && claimCells(index, spansOf(rule), rule.action, progress, work))
      decide(rule.action, progress, work);
}

function passSelector(
  peer: SelectorPeer,
  action: FlowRule["action"],
  progress: Progress,
  work: TierWork,
): void {
  const key = peerKey(peer);
  const { passed, partly } = work;
  // Of two rules about the very same pods the first decides, and the second is no news.
  if (progress.selectors.has(key) || passed.selectors.has(key) || partly.has(key)) return;
  progress.waiting?.selectors.delete(key);
  if (action === "pass") passed.selectors.add(key);
  else if (work.hasPassed) partly.add(key);
  else progress.selectors.add(key);
  decide(action, progress, work);
  if (!isEveryPod(peer)) return;
  progress.left = false;
  if (action !== "pass")
    for (const [index, { everything }] of progress.spaces.entries())
      claimCells(index, everything, action, progress, work);
}

/** Whether there was any cell that nothing had decided. */
function claimCells(
  index: number,
  spans: readonly Span[],
  action: FlowRule["action"],
  progress: Progress,
  { passed, toRelease }: TierWork,
): boolean {
  const cells = progress.spaces[index]?.claim(spans) ?? [];
  const waiting = progress.waiting?.cells[index];
  for (const cell of cells) waiting?.delete(cell);
  if (action === "pass") for (const cell of cells) passed.cells[index]?.add(cell);
  // Of the pods with such an address those that a selector passed on are not decided.
  if (action === "pass" || passed.selectors.size > 0) toRelease[index]?.push(cells);
  return cells.length > 0;
}

function decide(action: FlowRule["action"], progress: Progress, work: TierWork): void {
  if (action === "deny") progress.denied = true;
  if (action === "pass") work.hasPassed = true;
  const { spaces, waiting } = progress;
  if (spaces.every((space) => space.isEveryCellClaimed()) || (waiting !== null && isEmpty(waiting)))
    progress.left = false;
}

function isEmpty({ selectors, cells }: PodSet): boolean {
  return selectors.size === 0 && cells.every(({ size }) => size === 0);
}

function together(a: PodSet, b: PodSet): PodSet {
  return {
    selectors: a.selectors.union(b.selectors),
    cells: a.cells.map((cells, index) => cells.union(b.cells[index] ?? new Set())),
  };
}

/**
 * Pods are passed on by selectors here and by addresses there. Which pods are both is not known, so what later tiers
 * decide of them cannot be told from selectors and addresses one by one.
 */
export function passesInTwoWays({ tiers }: Flow, { ipBlocksMatchPods }: FlowContext): boolean {
  const peers = tiers.flatMap(({ rules }) =>
    rules.flatMap((rule) => (rule.action === "pass" ? rule.peers : [])),
  );
  const isByAddress = (peer: Peer): boolean =>
    peer.kind === "addresses" && (peer.matchesPods ?? ipBlocksMatchPods);
  return peers.some(isByAddress) && peers.some((peer) => peer.kind === "pods" && !isEveryPod(peer));
}

type SelectorPeer = Exclude<Peer, { kind: "addresses" | "elsewhere" }>;

function peerKey(peer: SelectorPeer): string {
  if (peer.kind !== "pods") return peer.kind;
  return `${peer.namespaces === null ? "own" : selectorKey(peer.namespaces)} ${selectorKey(peer.pods)}`;
}
