// The picture before is the report's own; the picture after is what a scan of the changed cluster would say.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { worlds } from "../../emulator/worlds/index.ts";
import { deployment, namespace, service } from "../../emulator/worlds/objects.ts";
import { allowIngress, podsOf, tcp } from "../../emulator/worlds/policies.ts";
import type { RawObject } from "../../lib/model/kubernetes.ts";
import { createSuggestionPictures } from "../../lib/remediation/suggestion-pictures.ts";
import { judgeObjects } from "./judge-objects.ts";

async function judge(objects: readonly RawObject[]) {
  const { namespaces, input, findings } = await judgeObjects(objects);
  return { namespaces, pictureOf: createSuggestionPictures(input, findings) };
}

test("a namespace without policies, before and after", async () => {
  const { pictureOf } = await judge([
    namespace("orders"),
    deployment("orders", "api"),
    deployment("orders", "job"),
    service("orders", "api", { selector: { app: "api" }, ports: [{ port: 80, targetPort: 8080 }] }),
    namespace("closed"),
  ]);
  const picture = pictureOf("orders");
  assert.ok(picture !== null);
  assert.deepEqual(picture.suggested, [
    "ringfence-allow-dns",
    "ringfence-allow-own-services",
    "ringfence-default-deny-egress",
    "ringfence-default-deny-ingress",
    "ringfence-serve-api",
  ]);
  assert.deepEqual([picture.before.posture, picture.after.posture], ["unprotected", "isolated"]);
  assert.deepEqual(picture.after.defaultDeny, { ingress: "effective", egress: "effective" });
  const [api] = picture.after.workloads;
  assert.equal(api?.report.name, "api");
  const [ingress] = api.allowed.ingress;
  assert.deepEqual(
    ingress?.rules.map(({ policy, detail, ports }) => ({ policy, detail, ports })),
    [{ policy: "ringfence-serve-api", detail: "every pod in the same namespace", ports: "on TCP 8080" }],
  );
  assert.equal(ingress.otherwise, "deny");
  assert.equal(picture.before.workloads[0]?.allowed.ingress[0]?.otherwise, "allow");
  // Nothing fails there, so nothing is suggested.
  assert.equal(pictureOf("closed"), null);
  assert.equal(pictureOf("nowhere"), null);
  assert.equal(pictureOf("__proto__"), null);
});

test("what a present policy allows is in both pictures", async () => {
  const { pictureOf } = await judge([
    namespace("orders"),
    deployment("orders", "api"),
    deployment("orders", "other"),
    allowIngress("orders", "ui", { pods: { app: "api" }, peers: [podsOf({ app: "ui" })], ports: [tcp(80)] }),
  ]);
  const picture = pictureOf("orders");
  assert.ok(picture !== null);
  for (const { workloads } of [picture.before, picture.after])
    assert.ok(workloads[0]?.allowed.ingress[0]?.rules.some(({ policy }) => policy === "ui"));
});

const clusters = ["demo", "hostile-names", "all-statuses"]
  .flatMap((name) => worlds[name]?.().accounts ?? [])
  .flatMap((account) => account.clusters)
  .filter(({ objects }) => objects.length > 0);

test("there are worlds to compare", () => assert.ok(clusters.length >= 5));

let pictures = 0;
after(() => assert.ok(pictures >= 10));

for (const cluster of clusters)
  test(`${cluster.name}: alone each namespace is what it is among all`, async () => {
    const { namespaces, pictureOf } = await judge(cluster.objects);
    for (const report of namespaces) {
      const picture = pictureOf(report.name);
      if (picture === null) continue;
      pictures += 1;
      const { posture, defaultDeny, workloads } = picture.before;
      assert.deepEqual(
        { posture, defaultDeny, workloads: workloads.map((one) => one.report) },
        { posture: report.posture, defaultDeny: report.defaultDeny, workloads: report.workloads },
      );
      assert.notEqual(picture.after.posture, "unprotected");
    }
  });
