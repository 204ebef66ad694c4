// Judging lets others have their turn, and ends with the time of its cluster: what was not judged is unknown.

import assert from "node:assert/strict";
import { test } from "node:test";
import { controls } from "../../lib/controls/index.ts";
import type { AnyControl } from "../../lib/model/control.ts";
import { seen, unseen } from "../../lib/model/observed.ts";
import type { Pieces } from "../../lib/model/pieces.ts";
import { emptyFacts } from "../../lib/offline/manifest-facts.ts";
import { openManifests } from "../../lib/offline/manifest-reader.ts";
import { toUnseen } from "../../lib/offline/not-in-input.ts";
import { inTurns } from "../../lib/scan/in-turns.ts";
import { createObserve } from "../../lib/scan/observe.ts";
import { scanOpened, type ClusterScan } from "../../lib/scan/scan-cluster.ts";
import { namespace, pod, policy } from "../netpol/build-input.ts";

function* counting(pieces: number): Pieces<number> {
  for (let done = 0; done < pieces; done += 1) yield;
  return pieces;
}

test("what came before the work goes first", async () => {
  const order: string[] = [];
  setImmediate(() => order.push("an answer"));
  function* work(): Pieces<readonly string[]> {
    order.push("the work");
    yield;
    return order;
  }
  assert.deepEqual(await inTurns(work()), ["an answer", "the work"]);
});

test("between two pieces others have their turn", async () => {
  const others = { turns: 0 };
  const timer = setInterval(() => (others.turns += 1), 0);
  // Without a turn for the timer this ends after ten million pieces.
  function* busy(): Pieces<number> {
    for (let pieces = 0; pieces < 10_000_000 && others.turns < 3; pieces += 1) yield;
    return others.turns;
  }
  assert.equal(await inTurns(busy()), 3);
  clearInterval(timer);
});

test("a signal ends what is long, and not what is small", async () => {
  assert.equal(await inTurns(counting(50), AbortSignal.abort()), 50);
  assert.equal(await inTurns(counting(1_000), AbortSignal.abort()), null);
  assert.equal(await inTurns(counting(1_000)), 1_000);
  assert.equal(await inTurns(counting(1_000), new AbortController().signal), 1_000);
});

async function scanWith(asked: readonly AnyControl[], signal: AbortSignal): Promise<ClusterScan> {
  const facts = emptyFacts();
  facts.namespaces.set("web", namespace("web"));
  facts.pods.set("web/one", pod("one"));
  facts.networkPolicies.set("web/deny", policy("deny", { podSelector: {} }));
  const noAws = unseen("not-attempted", "no AWS here");
  return scanOpened(
    { account: null, region: null, cluster: "manifests" },
    { cluster: noAws, vpcCniAddon: noAws, capabilities: noAws },
    seen(openManifests(facts)),
    {
      observe: createObserve([toUnseen]),
      now: () => new Date("2026-11-22T00:00:00Z"),
      controls: asked,
      settings: { unjudgedNamespaces: [] },
      signal,
    },
  );
}

test("what was not judged to its end is unknown, and the coverage says why", async () => {
  const isolated = controls.filter(({ id }) => id === "NETPOL.20");
  const judged = await scanWith(isolated, AbortSignal.abort());
  assert.deepEqual(
    judged.findings.map(({ status }) => status),
    ["pass"],
  );
  // More controls than there is grace for.
  const many = Array.from({ length: 150 }, () => isolated).flat();
  const { findings, coverage, cluster } = await scanWith(many, AbortSignal.abort());
  assert.deepEqual([...new Set(findings.map(({ status }) => status))], ["unknown"]);
  assert.match(findings[0]?.because ?? "", /longer than there was time for/);
  assert.equal(coverage.outcome, "partial");
  assert.match(coverage.detail ?? "", /networkPolicies; judging its policies took longer/);
  assert.deepEqual(cluster?.namespaces, []);
});
