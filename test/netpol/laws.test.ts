// Laws that hold for every cluster, tried on random ones, and agreement with the naive evaluator.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Isolation } from "../../lib/model/control.ts";
import type { Labels, Pod, RawObject } from "../../lib/model/kubernetes.ts";
import type { WorkloadReport } from "../../lib/model/posture.ts";
import { createReachability } from "../../lib/netpol/reachability.ts";
import { assess, input, policy, type Assessed } from "./build-input.ts";
import {
  naiveDirection,
  naiveHalf,
  naiveIsCounted,
  naiveNullifiedBy,
  naiveSelecting,
  type Direction,
} from "./naive.ts";
import { randomCluster, spec, type RandomCluster } from "./random-cluster.ts";

const DIRECTIONS = ["ingress", "egress"] as const;
const RUNS = { numRuns: 1_000 };

function assessCluster({ ipBlocksMatchPods, ...cluster }: RandomCluster): Assessed {
  return assess({ ...cluster, engine: { ipBlocksMatchPods } });
}

function podsOf(cluster: RandomCluster, namespace: string, workload: string): readonly Pod[] {
  return cluster.pods.filter(
    (pod) => pod.namespace === namespace && pod.owner?.name === workload && naiveIsCounted(pod),
  );
}

function* counted(isolation: Isolation): Generator<readonly [namespace: string, workload: WorkloadReport]> {
  for (const { name, workloads } of isolation.namespaces)
    for (const workload of workloads) if (workload.pods.counted > 0) yield [name, workload];
}

function expectedDirection(cluster: RandomCluster, pods: readonly Pod[], direction: Direction): object {
  const each = pods.map((pod) => naiveDirection(cluster, pod, direction));
  return {
    isolated: each.every(({ isolated }) => isolated),
    openToCluster: each.some(({ openToCluster }) => openToCluster),
    openToExternal: each.some(({ openToExternal }) => openToExternal),
    externalShare: Math.max(...each.map(({ externalShare }) => externalShare)),
    policies: [
      ...new Set(
        pods.flatMap((pod) => naiveSelecting(cluster, pod, direction).map(({ metadata }) => metadata.name)),
      ),
    ].toSorted(),
    nullifiedBy: naiveNullifiedBy(cluster, pods, direction),
  };
}

test("the evaluator agrees with the naive one on every workload", () => {
  const seen = { open: 0, closed: 0, partly: 0, nullified: 0, pairs: 0 };
  fc.assert(
    fc.property(randomCluster, (cluster) => {
      for (const [namespace, workload] of counted(assessCluster(cluster))) {
        const pods = podsOf(cluster, namespace, workload.name);
        assert.equal(workload.pods.counted, pods.length);
        for (const direction of DIRECTIONS) {
          const report = workload[direction];
          assert.deepEqual(report, expectedDirection(cluster, pods, direction));
          seen.open += report.openToCluster === true || report.openToExternal === true ? 1 : 0;
          seen.closed += report.externalShare === 0 && report.openToCluster === false ? 1 : 0;
          seen.partly += report.externalShare !== 0 && report.externalShare !== 1 ? 1 : 0;
          seen.nullified += report.nullifiedBy.length > 0 ? 1 : 0;
          seen.pairs += report.nullifiedBy.length > 1 ? 1 : 0;
        }
      }
    }),
    { numRuns: 2_500 },
  );
  // The clusters must be able to find a mistake: every kind of answer comes up often.
  for (const [kind, times] of Object.entries(seen)) assert.ok(times > 50, `${kind} came up ${times} times`);
});

test("dead policies are those that select no counted pod", () => {
  fc.assert(
    fc.property(randomCluster, (cluster) => {
      const isSelecting = (policy: RawObject): boolean =>
        cluster.pods.some(
          (pod) =>
            naiveIsCounted(pod) &&
            DIRECTIONS.some((direction) => naiveSelecting(cluster, pod, direction).includes(policy)),
        );
      const dead = cluster.policies.filter((policy) => !isSelecting(policy));
      const reported = assessCluster(cluster).namespaces.flatMap(({ deadPolicies }) => deadPolicies);
      assert.deepEqual(reported.toSorted(), dead.map(({ metadata }) => metadata.name).toSorted());
    }),
    RUNS,
  );
});

test("single connections agree with the naive evaluator", () => {
  const connection = fc.record({
    port: fc.constantFrom(1, 79, 80, 443, 8080, 9000, 65_535),
    protocol: fc.constantFrom("TCP", "UDP", "SCTP"),
  });
  const answers = { true: 0, false: 0 };
  fc.assert(
    fc.property(randomCluster, connection, (cluster, { port, protocol }) => {
      const { isAllowed } = createReachability(
        input({ ...cluster, engine: { ipBlocksMatchPods: cluster.ipBlocksMatchPods } }),
      );
      for (const from of cluster.pods.filter(naiveIsCounted)) {
        for (const to of cluster.pods.filter(naiveIsCounted)) {
          // The questions are about workloads, so ask where each is one pod.
          const isOnlyOne = (pod: Pod): boolean =>
            cluster.pods.filter(
              (other) =>
                !other.finished &&
                !other.terminating &&
                other.namespace === pod.namespace &&
                other.owner?.name === pod.owner?.name,
            ).length === 1;
          if (from === to || !isOnlyOne(from) || !isOnlyOne(to)) continue;
          const expected =
            naiveHalf(cluster, from, "egress", to, port, protocol) &&
            naiveHalf(cluster, to, "ingress", from, port, protocol);
          const endpoint = (pod: Pod) =>
            ({
              kind: "workload",
              namespace: pod.namespace,
              workload: { kind: "StatefulSet", name: pod.owner?.name ?? "" },
            }) as const;
          const reach = isAllowed(endpoint(from), endpoint(to), { port, protocol });
          assert.equal(reach.allowed, expected, reach.because);
          answers[`${expected}`] += 1;
        }
      }
    }),
    RUNS,
  );
  assert.ok(answers.true > 100 && answers.false > 100, JSON.stringify(answers));
});

test("adding a policy never un-selects a pod", () => {
  fc.assert(
    fc.property(randomCluster, spec, fc.constantFrom("one", "two", "three"), (cluster, added, namespace) => {
      const before = assessCluster(cluster);
      const after = assessCluster({
        ...cluster,
        policies: [...cluster.policies, policy("added", added, namespace)],
      });
      const reports = new Map(
        [...counted(after)].map(([name, workload]) => [`${name}/${workload.name}`, workload]),
      );
      for (const [name, { name: workload, pods, ingress, egress }] of counted(before)) {
        const now = reports.get(`${name}/${workload}`);
        assert.ok(now !== undefined);
        assert.ok((now.pods.isolatedIngress ?? -1) >= (pods.isolatedIngress ?? 0));
        assert.ok((now.pods.isolatedEgress ?? -1) >= (pods.isolatedEgress ?? 0));
        assert.deepEqual(
          now.ingress.policies.filter((policy) => policy !== "added"),
          ingress.policies,
        );
        assert.deepEqual(
          now.egress.policies.filter((policy) => policy !== "added"),
          egress.policies,
        );
      }
    }),
    RUNS,
  );
});

/** The same objects in another order, down to the lists inside the policies. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed).toReversed();
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, member] of Object.entries(value).toReversed()) copy[key] = reversed(member);
  return copy;
}

function withoutPaths(isolation: Assessed): unknown {
  return {
    namespaces: isolation.namespaces,
    openings: isolation.details.map(({ openings, metadataEgress, countedPods, selectedPods }) => ({
      openings,
      metadataEgress,
      countedPods,
      selectedPods,
    })),
    deadPeers: isolation.details.map(({ deadPeers }) => deadPeers.length),
    overBroad: isolation.details.map(({ overBroadRules }) => overBroadRules.length),
  };
}

test("the order of policies, rules, peers, ports and pods never matters", () => {
  fc.assert(
    fc.property(randomCluster, (cluster) => {
      const policies = cluster.policies
        .map((one) => Object.assign({}, one, { spec: reversed(one["spec"]) }))
        .toReversed();
      const other = assessCluster({
        ...cluster,
        policies,
        pods: cluster.pods.toReversed(),
        namespaces: cluster.namespaces.toReversed(),
      });
      assert.deepEqual(withoutPaths(other), withoutPaths(assessCluster(cluster)));
    }),
    RUNS,
  );
});

const RENAMED: Readonly<Record<string, string>> = {
  app: "component",
  tier: "app",
  __proto__: "tier",
  constructor: "hasOwnProperty",
};
const renamedKeys = new Map(
  Object.entries(
    JSON.parse(
      '{"app":"component","tier":"app","__proto__":"tier","constructor":"hasOwnProperty"}',
    ) as typeof RENAMED,
  ),
);

function renameLabels(labels: Labels): Labels {
  return Object.fromEntries(
    Object.entries(labels).map(([key, value]) => [renamedKeys.get(key) ?? key, `x-${value}`]),
  );
}

function renameInSpec(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renameInSpec);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, member]) => {
      if (field === "matchLabels") return [field, renameLabels(member as Labels)];
      if (field === "key") return [field, renamedKeys.get(String(member)) ?? member];
      if (field === "values") return [field, (member as readonly string[]).map((one) => `x-${one}`)];
      return [field, renameInSpec(member)];
    }),
  );
}

test("renaming labels consistently changes nothing", () => {
  fc.assert(
    fc.property(randomCluster, (cluster) => {
      const renamed = assessCluster({
        ...cluster,
        namespaces: cluster.namespaces.map((one) =>
          Object.assign({}, one, { labels: renameLabels(one.labels) }),
        ),
        pods: cluster.pods.map((one) => Object.assign({}, one, { labels: renameLabels(one.labels) })),
        policies: cluster.policies.map((one) => Object.assign({}, one, { spec: renameInSpec(one["spec"]) })),
      });
      assert.deepEqual(withoutPaths(renamed), withoutPaths(assessCluster(cluster)));
    }),
    RUNS,
  );
});

test("an allow-all added to any set opens exactly the pods that it selects", () => {
  fc.assert(
    fc.property(
      randomCluster,
      fc.constantFrom("one", "two", "three"),
      fc.constantFrom("a", "b"),
      (cluster, namespace, app) => {
        const all = policy(
          "zz-all",
          { podSelector: { matchLabels: { app } }, ingress: [{}], egress: [{}] },
          namespace,
        );
        const before = assessCluster(cluster);
        const after = assessCluster({ ...cluster, policies: [...cluster.policies, all] });
        const old = new Map(
          [...counted(before)].map(([name, workload]) => [`${name}/${workload.name}`, workload]),
        );
        for (const [name, workload] of counted(after)) {
          const isSelected = podsOf(cluster, name, workload.name).some(
            (pod) => name === namespace && pod.labels["app"] === app && Object.hasOwn(pod.labels, "app"),
          );
          if (!isSelected) {
            assert.deepEqual(workload, old.get(`${name}/${workload.name}`));
            continue;
          }
          for (const direction of DIRECTIONS) {
            assert.equal(workload[direction].openToCluster, true);
            assert.equal(workload[direction].openToExternal, true);
            assert.ok(workload[direction].nullifiedBy.includes("zz-all"));
          }
        }
      },
    ),
    RUNS,
  );
});

test("evaluating twice gives the same, and never changes what was read", () => {
  fc.assert(
    fc.property(randomCluster, (cluster) => {
      const before = JSON.stringify(cluster);
      assert.deepEqual(assessCluster(cluster), assessCluster(cluster));
      assert.equal(JSON.stringify(cluster), before);
    }),
    { numRuns: 200 },
  );
});
