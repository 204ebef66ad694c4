// Fuzzing of policies, which reach the evaluator exactly as a server sent them: none of any shape stops the verdict on
// the others, and what we do not know never makes a verdict better.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import type { Isolation } from "../../lib/model/control.ts";
import type { RawObject } from "../../lib/model/kubernetes.ts";
import { seen } from "../../lib/model/observed.ts";
import type { DirectionReport } from "../../lib/model/posture.ts";
import { parseAddress, parseCidr } from "../../lib/netpol/address-range.ts";
import { parseCalicoSelector } from "../../lib/netpol/calico-selector.ts";
import type { PolicyApi } from "../../lib/netpol/isolation-input.ts";
import { parseSelector, selectorKey, selectorMatches } from "../../lib/netpol/label-selector.ts";
import { assess, IMPLEMENTS_NONE, NO_OTHER, namespace, pod } from "../netpol/build-input.ts";
import { randomCluster } from "../netpol/random-cluster.ts";
import { fuzzRuns } from "./fuzz-runs.ts";
import { hostileJson, hostileText, spoilAll, spoilings } from "./hostile-data.ts";
import { outcomeOf } from "./outcome.ts";
import { POLICY_SAMPLES } from "./policy-samples.ts";

const NAMESPACES = [namespace("web", { team: "x" }), namespace("other", { __proto__: "y" })];
const PODS = [
  pod("one", { app: "a", tier: "b" }),
  pod("two", { app: "b" }),
  pod("three", { app: "a" }, { namespace: "other" }),
];

type Sample = (typeof POLICY_SAMPLES)[number];

function isPolicyApi(api: Sample["api"]): api is PolicyApi {
  return Object.hasOwn(IMPLEMENTS_NONE, api);
}

/** The cluster under one foreign object, and a NetworkPolicy that denies beside it where it is asked for. */
function assessSample({ api }: Sample, object: RawObject): Isolation {
  const calico = POLICY_SAMPLES.find((sample) => sample.api === "calicoNetworkPolicies");
  const isAboutCalico = api === "calicoTiers" || api === "calicoNetworkSets";
  const other = {
    ...NO_OTHER,
    ...(isAboutCalico && calico !== undefined ? { calicoNetworkPolicies: seen([calico.object]) } : {}),
    ...(api === "networkPolicies" ? {} : { [api]: seen([object]) }),
  };
  const implemented = isPolicyApi(api) ? api : "calicoNetworkPolicies";
  return assess({
    namespaces: NAMESPACES,
    pods: PODS,
    policies: api === "networkPolicies" ? [object] : [],
    other,
    engine: { implements: { ...IMPLEMENTS_NONE, [implemented]: true } },
  });
}

test("every sample is understood, so that spoiling it says something", () => {
  for (const sample of POLICY_SAMPLES) {
    const { details, namespaces } = assessSample(sample, sample.object);
    assert.deepEqual(
      details.flatMap(({ problems }) => problems),
      [],
      sample.api,
    );
    const reports = namespaces.flatMap(({ workloads }) =>
      workloads.flatMap(({ ingress, egress }) => [ingress, egress]),
    );
    assert.ok(
      reports.some(({ isolated, policies }) => isolated !== null && policies.length > 0),
      sample.api,
    );
  }
});

describe("policies of any shape are judged", () => {
  for (const sample of POLICY_SAMPLES)
    test(sample.api, () => {
      const spec = fc.oneof(
        { weight: 1, arbitrary: hostileJson },
        { weight: 4, arbitrary: spoilings.map((all) => spoilAll(sample.object["spec"], all)) },
      );
      fc.assert(
        fc.property(spec, (spec) => {
          const isolation = outcomeOf(() => assessSample(sample, { ...sample.object, spec }), []);
          assert.doesNotThrow(() => JSON.stringify(isolation));
        }),
        fuzzRuns(150),
      );
    });
});

/** Adds a member that no API has to the record at one place; below matchLabels every member is a label. */
function withForeignField(value: unknown, place: number, field: string, foreign: unknown): unknown {
  let left = place % countRecords(value);
  const walk = (node: unknown, isLabels: boolean): unknown => {
    if (Array.isArray(node)) return node.map((item) => walk(item, false));
    if (typeof node !== "object" || node === null) return node;
    const isHere = !isLabels && left === 0;
    if (!isLabels) left -= 1;
    const members = Object.entries(node).map(([key, member]) => [key, walk(member, key === "matchLabels")]);
    return Object.fromEntries(isHere ? [...members, [field, foreign]] : members);
  };
  return walk(value, false);
}

function countRecords(value: unknown, isLabels = false): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countRecords(item), 0);
  if (typeof value !== "object" || value === null) return 0;
  const inside = Object.entries(value).map(([key, member]) => countRecords(member, key === "matchLabels"));
  return inside.reduce((sum, count) => sum + count, isLabels ? 0 : 1);
}

function assertNotBetter(before: Isolation, after: Isolation): void {
  for (const [index, namespace] of before.namespaces.entries()) {
    const later = after.namespaces[index];
    assert.equal(later?.name, namespace.name);
    if (namespace.posture !== "isolated") assert.notEqual(later?.posture, "isolated");
    for (const [at, workload] of namespace.workloads.entries())
      for (const direction of ["ingress", "egress"] as const) {
        const report = later?.workloads[at]?.[direction];
        assert.ok(report !== undefined);
        assertNotTighter(workload[direction], report);
      }
  }
}

function assertNotTighter(before: DirectionReport, after: DirectionReport): void {
  if (before.isolated !== true) assert.notEqual(after.isolated, true);
  if (before.openToCluster !== false) assert.notEqual(after.openToCluster, false);
  if (before.openToExternal !== false) assert.notEqual(after.openToExternal, false);
  if (after.externalShare !== null && before.externalShare !== null)
    assert.ok(after.externalShare >= before.externalShare);
}

const foreignField = fc.tuple(
  fc.nat(10_000),
  hostileText.map((text) => `x-future-${text}`),
  hostileJson.filter((value) => value !== null),
);

/** The samples of a tier and of a network set are of none that the policy beside them means: they decide nothing. */
const IS_USED = new Set(POLICY_SAMPLES.map(({ api }) => api).filter((api) => !/Tiers|Sets/.test(api)));

describe("a field that no API has never makes a verdict better", () => {
  for (const sample of POLICY_SAMPLES)
    test(sample.api, () => {
      const before = assessSample(sample, sample.object);
      fc.assert(
        fc.property(foreignField, ([place, field, value]) => {
          const spec = withForeignField(sample.object["spec"], place, field, value);
          const after = assessSample(sample, { ...sample.object, spec });
          assertNotBetter(before, after);
          // The same verdict would be one that passed the field by.
          if (IS_USED.has(sample.api))
            assert.ok(
              after.details.some(({ problems }) => problems.length > 0),
              JSON.stringify(spec),
            );
        }),
        fuzzRuns(80),
      );
    });

  test("NetworkPolicies of random clusters", () => {
    fc.assert(
      fc.property(randomCluster, fc.nat(100), foreignField, (cluster, chosen, [place, field, value]) => {
        fc.pre(cluster.policies.length > 0);
        const { ipBlocksMatchPods, ...given } = cluster;
        const index = chosen % cluster.policies.length;
        const policies = cluster.policies.map((policy, at) =>
          at === index ? { ...policy, spec: withForeignField(policy["spec"], place, field, value) } : policy,
        );
        const engine = { ipBlocksMatchPods };
        assertNotBetter(assess({ ...given, engine }), assess({ ...given, policies, engine }));
      }),
      fuzzRuns(150),
    );
  });
});

test("selectors, addresses and CIDRs of any text", () => {
  const words = [
    "app",
    "==",
    "!=",
    "in",
    "not in",
    "{",
    "}",
    "'a'",
    ",",
    "(",
    ")",
    "!",
    "&&",
    "||",
    "has(",
    "all()",
  ];
  const selectorText = fc.oneof(
    hostileText,
    fc
      .array(fc.oneof(fc.constantFrom(...words), hostileText), { maxLength: 12 })
      .map((parts) => parts.join(" ")),
  );
  fc.assert(
    fc.property(selectorText, hostileJson, (text, value) => {
      outcomeOf(() => {
        for (const selector of [
          parseCalicoSelector(text, "s", "pods"),
          parseCalicoSelector(value, "s", "namespaces"),
          parseSelector(value, "s"),
        ]) {
          selectorKey(selector);
          selectorMatches(selector, { app: "a" });
        }
        parseCidr(text);
        parseAddress(text);
      }, []);
    }),
    fuzzRuns(500),
  );
});
