// How long the isolation evaluator takes, as a ratio to JSON.parse of the same objects in the same run, at an eighth
// of the full size and at 2, 4 and 8 times that: how each of the two grows is printed beside the size.
// Run: npm run bench:evaluator

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { scaleCluster } from "../emulator/worlds/scale.ts";
import { Interner } from "../lib/kubernetes/interner.ts";
import { toPodMetadata } from "../lib/kubernetes/pod.ts";
import { toRawObject } from "../lib/kubernetes/raw-object.ts";
import { toNamespace } from "../lib/kubernetes/schema.ts";
import type { RawObject } from "../lib/model/kubernetes.ts";
import { assessIsolation } from "../lib/netpol/assess-isolation.ts";
import type { IsolationInput } from "../lib/netpol/isolation-input.ts";
import { input } from "../test/netpol/build-input.ts";
import { POD_MANAGED_FIELDS } from "./managed-fields.ts";
import { formatSpread, printTable, type Spread, toSpread } from "./spread.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

const NAMESPACES = 5_000;
const PODS = 100_000;
const POLICIES = 20_000;
const SIZES = [1, 2, 4, 8];
const FULL_SIZE = 8;
const ROUNDS = 5;
/** Of the evaluator to JSON.parse. */
const AIM = 0.5;

interface WireLists {
  readonly namespaces: string;
  /** Metadata only, as the scan asks for them. */
  readonly pods: string;
  readonly policies: string;
}

interface Round {
  readonly parseMs: number;
  readonly evaluateMs: number;
}

function toWire(fraction: number, extra: object): WireLists {
  const { objects } = scaleCluster("bench", "eu-central-1", {
    namespacesPerCluster: NAMESPACES * fraction,
    podsPerCluster: PODS * fraction,
    policiesPerCluster: POLICIES * fraction,
  });
  const ofKind = (kind: string): readonly RawObject[] => objects.filter((object) => object.kind === kind);
  return {
    namespaces: JSON.stringify(ofKind("Namespace")),
    pods: JSON.stringify(ofKind("Pod").map(({ metadata }) => ({ metadata: { ...metadata, ...extra } }))),
    policies: JSON.stringify(ofKind("NetworkPolicy")),
  };
}

function measure(wire: WireLists): Round {
  const [parsed, parseMs] = timed(() => ({
    namespaces: parseList(wire.namespaces),
    pods: parseList(wire.pods),
    policies: parseList(wire.policies),
  }));
  const facts = toInput(parsed);
  const [isolation, evaluateMs] = timed(() => assessIsolation(facts));
  if (isolation.namespaces.length < parsed.namespaces.length) throw new Error("not everything was judged");
  return { parseMs, evaluateMs };
}

function parseList(text: string): readonly unknown[] {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) throw new Error("not a list");
  return list;
}

function toInput(parsed: Readonly<Record<keyof WireLists, readonly unknown[]>>): IsolationInput {
  const interner = new Interner();
  const page = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicyList" };
  return input({
    namespaces: parsed.namespaces.map(toNamespace),
    pods: parsed.pods.map((pod) => toPodMetadata(pod, { hostNetwork: false, finished: false }, interner)),
    policies: parsed.policies.map((policy) => toRawObject(policy, page)),
  });
}

/** Processor time of this process, after the garbage of what came before: nobody pays for another's. */
function timed<T>(run: () => T): readonly [T, ms: number] {
  collectGarbage();
  const started = process.cpuUsage();
  const value = run();
  const { user, system } = process.cpuUsage(started);
  return [value, (user + system) / 1_000];
}

interface Measured {
  readonly parseMs: Spread;
  readonly evaluateMs: Spread;
  readonly ratio: Spread;
}

function measureSize(size: number, extra: object = {}): Measured {
  const wire = toWire(size / FULL_SIZE, extra);
  // The first round warms up and does not count.
  const rounds = Array.from({ length: ROUNDS + 1 }, () => measure(wire)).slice(1);
  return {
    parseMs: toSpread(rounds.map(({ parseMs }) => parseMs)),
    evaluateMs: toSpread(rounds.map(({ evaluateMs }) => evaluateMs)),
    ratio: toSpread(rounds.map(({ parseMs, evaluateMs }) => evaluateMs / parseMs)),
  };
}

/** `first`: what the growth is measured against. */
function toRow(size: number, { parseMs, evaluateMs, ratio }: Measured, first: Measured): string[] {
  return [
    `${size}×`,
    ...[PODS, NAMESPACES, POLICIES].map((count) => String((count * size) / FULL_SIZE)),
    formatSpread(parseMs, 0),
    `${(parseMs.median / first.parseMs.median).toFixed(1)}×`,
    formatSpread(evaluateMs, 0),
    `${(evaluateMs.median / first.evaluateMs.median).toFixed(1)}×`,
    formatSpread(ratio),
  ];
}

/** The ratio at the largest size. */
function table(title: string, sizes: readonly number[], extra: object): number {
  const measured = sizes.map((size) => ({ size, result: measureSize(size, extra) }));
  console.log(`${title}; processor time, ${ROUNDS} rounds (min / median / max)\n`);
  printTable([
    HEAD,
    ...measured.map(({ size, result }) => toRow(size, result, measured[0]?.result ?? result)),
  ]);
  console.log("");
  return measured.at(-1)?.result.ratio.median ?? Number.NaN;
}

const HEAD = [
  "size",
  "pods",
  "namespaces",
  "policies",
  "parse ms",
  "growth",
  "evaluate ms",
  "growth",
  "evaluate / parse",
];

const full = table("Pods as an API server sends them, with managedFields", SIZES, {
  managedFields: POD_MANAGED_FIELDS,
});
const bare = table("Pods without managedFields, for comparison", SIZES, {});
console.log(
  `evaluator / JSON.parse at full size: ${full.toFixed(2)} with managedFields, ${bare.toFixed(2)} without (aim: at most ${AIM}; smaller is better)`,
);
