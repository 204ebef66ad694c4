// Suggestions in the report: compact, worst first, within a bound, and equal to the pictures that they come from.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as v from "valibot";
import { worlds } from "../../emulator/worlds/index.ts";
import { deployment, namespace, service } from "../../emulator/worlds/objects.ts";
import { allowIngress, podsOf, tcp } from "../../emulator/worlds/policies.ts";
import { summariseSuggestions } from "../../lib/remediation/summarise-suggestions.ts";
import { NamespaceSchema } from "../../lib/report/schema.ts";
import { judgeObjects } from "./judge-objects.ts";

const ROOM = 1_000_000;

const objects = [
  namespace("orders"),
  deployment("orders", "api"),
  deployment("orders", "job"),
  deployment("orders", "cron"),
  service("orders", "api", { selector: { app: "api" }, ports: [{ port: 80, targetPort: 8080 }] }),
  allowIngress("orders", "ui", { pods: { app: "api" }, peers: [podsOf({ app: "ui" })], ports: [tcp(80)] }),
  namespace("closed"),
];

test("like workloads stand together, with whom the policies name before and after", async () => {
  const { namespaces, input, findings } = await judgeObjects(objects);
  const summary = summariseSuggestions(namespaces, input, findings, ROOM);
  assert.equal(summary.leftOut, 0);
  const orders = summary.namespaces.find(({ name }) => name === "orders");
  const { before, after } = orders?.suggestion ?? {};
  assert.deepEqual(
    before?.groups.map(({ workloads }) => workloads),
    [["api"], ["cron", "job"]],
  );
  assert.deepEqual(before.groups[0]?.ingress.rules, [
    { action: "allow", peer: "pods with app=ui in the same namespace", ports: "on TCP 80" },
  ]);
  assert.equal(before.groups[1]?.ingress.otherwise, "allow");
  assert.equal(after?.posture, "isolated");
  assert.ok(
    after.groups.every(({ ingress, egress }) => ingress.otherwise === "deny" && egress.otherwise === "deny"),
  );
  assert.equal(summary.namespaces.find(({ name }) => name === "closed")?.suggestion, undefined);
});

test("what has no room is counted, and nothing is half there", async () => {
  const { namespaces, input, findings } = await judgeObjects(objects);
  const none = summariseSuggestions(namespaces, input, findings, 10);
  assert.equal(none.leftOut, 1);
  assert.deepEqual(none.namespaces, namespaces);
});

for (const name of ["demo", "hostile-names"])
  test(`${name}: the report's schema takes it, and the bound holds`, async () => {
    const clusters = (worlds[name]?.().accounts ?? []).flatMap((account) => account.clusters);
    let seen = 0;
    for (const cluster of clusters.filter((one) => one.objects.length > 0)) {
      const { namespaces, input, findings } = await judgeObjects(cluster.objects);
      for (const room of [2_000, ROOM]) {
        const summary = summariseSuggestions(namespaces, input, findings, room);
        const suggestions = summary.namespaces.flatMap(({ suggestion }) => suggestion ?? []);
        for (const one of summary.namespaces) v.parse(NamespaceSchema, one);
        assert.ok(suggestions.reduce((sum, one) => sum + JSON.stringify(one).length, 0) <= room);
        seen += suggestions.length;
      }
    }
    assert.ok(seen > 0);
  });
