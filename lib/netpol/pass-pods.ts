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
  /** Who was passed on and is not decided yet. */
  readonly owed: PodSet;
  /** Selectors of which all other pods are decided. */
  readonly partly: Set<string>;
  /** Nobody but those is left. */
  isRestDecided: boolean;
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
    owed: noPods(spaces),
    partly: new Set(),
    isRestDecided: false,
  };
  for (const tier of tiers) passTier(tier, progress);
  const { left, denied, closed } = progress;
  return { left, denied, closed };
}

function noPods(spaces: readonly unknown[]): PodSet {
  return { selectors: new Set(), cells: spaces.map(() => new Set()) };
}

/** What a tier passes on, and selectors that it decided after that, of which those pods are not decided. */
interface TierWork {
  readonly passed: PodSet;
  hasPassed: boolean;
  readonly partly: Set<string>;
}

function passTier({ rules, end }: FlowTier, progress: Progress): void {
  const work: TierWork = { passed: noPods(progress.spaces), hasPassed: false, partly: new Set() };
  for (const rule of rules) if (progress.left) passRule(rule, progress, work);
  if (end === "deny" && progress.left) progress.closed = true;
  if (end === "deny" || !progress.left) progress.isRestDecided = true;
  if (end === "deny" || !progress.left) clear(progress.owed);
  for (const selector of work.passed.selectors) progress.owed.selectors.add(selector);
  for (const selector of work.partly) progress.partly.add(selector);
  for (const [index, space] of progress.spaces.entries()) {
    const cells = work.passed.cells[index] ?? new Set();
    for (const cell of cells) progress.owed.cells[index]?.add(cell);
    space.release([...cells]);
  }
  progress.left = work.hasPassed || (progress.left && end === "continue");
}

function clear({ selectors, cells }: PodSet): void {
  selectors.clear();
  for (const set of cells) set.clear();
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
  progress.owed.selectors.delete(key);
  if (action === "pass") passed.selectors.add(key);
  else if (work.hasPassed) partly.add(key);
  else progress.selectors.add(key);
  decide(action, progress, work);
  if (!isEveryPod(peer)) return;
  progress.left = false;
  // With such an address there may be pods that a selector passed on.
  if (action === "pass" || passed.selectors.size > 0) return;
  for (const [index, { everything }] of progress.spaces.entries())
    claimCells(index, everything, action, progress, work);
}

/** Whether there was any cell that nothing had decided. */
function claimCells(
  index: number,
  spans: readonly Span[],
  action: FlowRule["action"],
  progress: Progress,
  { passed }: TierWork,
): boolean {
  const cells = progress.spaces[index]?.claim(spans) ?? [];
  for (const cell of cells) progress.owed.cells[index]?.delete(cell);
  if (action === "pass") for (const cell of cells) passed.cells[index]?.add(cell);
  return cells.length > 0;
}

function decide(action: FlowRule["action"], progress: Progress, work: TierWork): void {
  if (action === "deny") progress.denied = true;
  if (action === "pass") work.hasPassed = true;
  const { spaces, owed, partly, selectors, isRestDecided } = progress;
  const isNothingOwed = isEmpty(owed);
  if (isNothingOwed && !work.hasPassed) {
    for (const selector of partly) selectors.add(selector);
    partly.clear();
  }
  if ((isRestDecided && isNothingOwed) || spaces.every((space) => space.isEveryCellClaimed()))
    progress.left = false;
}

function isEmpty({ selectors, cells }: PodSet): boolean {
  return selectors.size === 0 && cells.every(({ size }) => size === 0);
}

/**
 * Some pods are passed on by a selector, and others by their addresses or elsewhere. Which pods are both is not known,
 * so what later tiers decide of them cannot be told from selectors and addresses one by one.
 */
export function passesInTwoWays({ tiers }: Flow, { ipBlocksMatchPods }: FlowContext): boolean {
  const isBySelector = (peer: Peer): boolean => peer.kind === "pods";
  const isByAddress = (peer: Peer): boolean =>
    peer.kind === "addresses" && (peer.matchesPods ?? ipBlocksMatchPods);
  const has = (some: readonly FlowRule[], isSuch: (peer: Peer) => boolean): boolean =>
    some.some(({ peers }) => !peers.some(isEveryPod) && peers.some(isSuch));
  const passing = tiers.filter(({ rules }) => rules.some(({ action }) => action === "pass"));
  const rules = tiers.flatMap((tier) => tier.rules);
  const passes = rules.filter(({ action }) => action === "pass");
  if (has(passes, isByAddress) && has(rules, isBySelector)) return true;
  return has(passes, isBySelector) && (passing.length > 1 || has(rules, isByAddress));
}

type SelectorPeer = Exclude<Peer, { kind: "addresses" | "elsewhere" }>;

function peerKey(peer: SelectorPeer): string {
  if (peer.kind !== "pods") return peer.kind;
  return `${peer.namespaces === null ? "own" : selectorKey(peer.namespaces)} ${selectorKey(peer.pods)}`;
}
