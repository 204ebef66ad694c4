// How long the isolation evaluator takes, as a ratio to JSON.parse of the same objects in the same run, at full
// size and at fractions of it: a ratio that stays where it is says that the cost is linear.
// Run: npx node bench/evaluator.ts

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { scaleCluster } from "../emulator/worlds/scale.ts";
import { Interner } from "../lib/kubernetes/object-metadata.ts";
import { toPodMetadata } from "../lib/kubernetes/pod.ts";
import { toRawObject } from "../lib/kubernetes/raw-object.ts";
import { toNamespace } from "../lib/kubernetes/schema.ts";
import type { RawObject } from "../lib/model/kubernetes.ts";
import { assessIsolation } from "../lib/netpol/assess-isolation.ts";
import type { IsolationInput } from "../lib/netpol/isolation-input.ts";
import { input } from "../test/netpol/build-input.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

const NAMESPACES = 5_000;
const PODS = 100_000;
const POLICIES = 20_000;
const FRACTIONS = [1, 1 / 2, 1 / 4, 1 / 8];
const ROUNDS = 5;
/** Of the evaluator to JSON.parse. */
const AIM = 0.5;

/** An API server sends with each pod who set which field: the controller all of its spec, the kubelet its status. */
const MANAGED_FIELDS = [
  managedBy("kube-controller-manager", {
    "f:metadata": { "f:generateName": {}, "f:labels": { ".": {}, "f:app": {}, "f:pod-template-hash": {} } },
    "f:spec": {
      "f:containers": { 'k:{"name":"main"}': { ".": {}, "f:image": {}, "f:name": {}, "f:resources": {} } },
      "f:dnsPolicy": {},
      "f:restartPolicy": {},
      "f:schedulerName": {},
      "f:securityContext": {},
      "f:terminationGracePeriodSeconds": {},
    },
  }),
  managedBy("kubelet", {
    "f:status": {
      "f:conditions": Object.fromEntries(
        ["ContainersReady", "Initialized", "PodReadyToStartContainers", "Ready"].map((type) => [
          `k:{"type":"${type}"}`,
          { ".": {}, "f:lastProbeTime": {}, "f:lastTransitionTime": {}, "f:status": {}, "f:type": {} },
        ]),
      ),
      "f:containerStatuses": {},
      "f:hostIP": {},
      "f:phase": {},
      "f:podIP": {},
      "f:startTime": {},
    },
  }),
];

function managedBy(manager: string, fieldsV1: object): object {
  const time = "2026-10-05T06:12:00Z";
  return { manager, operation: "Update", apiVersion: "v1", time, fieldsType: "FieldsV1", fieldsV1 };
}

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

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function report(fraction: number, extra: object = {}): number {
  const wire = toWire(fraction, extra);
  // The first round warms up and does not count.
  const rounds = Array.from({ length: ROUNDS + 1 }, () => measure(wire)).slice(1);
  const ratios = rounds.map(({ parseMs, evaluateMs }) => evaluateMs / parseMs);
  const ratio = median(ratios);
  const megabytes = (wire.namespaces.length + wire.pods.length + wire.policies.length) / 1e6;
  const cells = [
    fraction,
    NAMESPACES * fraction,
    PODS * fraction,
    POLICIES * fraction,
    megabytes.toFixed(1),
    median(rounds.map(({ parseMs }) => parseMs)).toFixed(0),
    median(rounds.map(({ evaluateMs }) => evaluateMs)).toFixed(0),
    `${Math.min(...ratios).toFixed(2)} / ${ratio.toFixed(2)} / ${Math.max(...ratios).toFixed(2)}`,
  ];
  console.log(`| ${cells.join(" | ")} |`);
  return ratio;
}

const HEADER = `| size | namespaces | pods | policies | MB | parse ms | evaluate ms | ratio min / median / max |
|---|---|---|---|---|---|---|---|`;

console.log(`Pods without managedFields\n\n${HEADER}`);
const [bare] = FRACTIONS.map((fraction) => report(fraction));
console.log(`\nPods as an API server sends them, with managedFields\n\n${HEADER}`);
const full = report(1, { managedFields: MANAGED_FIELDS });
console.log(
  `\nevaluator / JSON.parse at full size: ${bare?.toFixed(2)} without and ${full.toFixed(2)} with managedFields (aim: at most ${AIM}; smaller is better)`,
);
