// Namespaces that the configuration sets aside: the cluster's own, further ones, and those that are being deleted.
// Each is listed, judged by no control, and its findings give the configured reason.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { argoCd } from "../../emulator/worlds/gitops.ts";
import type { Finding } from "../../lib/model/finding.ts";
import { evaluateObjects } from "./evaluate-text.ts";
import { deployment, object } from "./objects.ts";

const folder = mkdtempSync(join(tmpdir(), "ringfence-set-aside-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const LEAVING = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: "leaving", deletionTimestamp: "2026-11-01T00:00:00Z" },
};
const OBJECTS = [
  LEAVING,
  ...["kube-system", "platform", "shop", "leaving"].map((namespace) => deployment("web", { namespace })),
  object("v1", "Namespace", "kube-public"),
  ...argoCd({ namespace: "delivery", networkPolicies: false }).manifests,
];

async function judge(configuration: object): Promise<readonly Finding[]> {
  const config = join(folder, "ringfence.config.json");
  writeFileSync(config, JSON.stringify(configuration));
  const { report } = await evaluateObjects(OBJECTS, { config });
  return report.findings.filter(({ subject }) => subject.kind === "namespace");
}

/** Every finding of the namespace, as `status: because` where it is set aside, or "judged". */
function treatmentOf(findings: readonly Finding[], name: string): readonly string[] {
  const own = findings.filter(({ subject }) => subject.name === name);
  assert.ok(own.length >= 8, `${name} has ${own.length} findings`);
  const aside = own.filter(({ because }) => because.includes("is not judged"));
  assert.ok(aside.length === 0 || aside.length === own.length, `${name} is set aside by some controls only`);
  return [
    ...new Set(own.map(({ status, because }) => (aside.length === 0 ? "judged" : `${status}: ${because}`))),
  ];
}

test("without a configuration the cluster's own namespaces are set aside, each with a reason", async () => {
  const findings = await judge({});
  assert.deepEqual(treatmentOf(findings, "kube-system"), [
    "not-applicable: Namespace kube-system is not judged: Runs the cluster itself; its policies are the cluster operator's.",
  ]);
  assert.match(treatmentOf(findings, "kube-public")[0] ?? "", /no pods\.$/);
  for (const name of ["platform", "shop", "leaving", "delivery"])
    assert.deepEqual(treatmentOf(findings, name), ["judged"]);
});

test("the configuration replaces the list and adds to it, with reasons of its own, for the GitOps controls too", async () => {
  const findings = await judge({
    namespaces: {
      system: [{ glob: "plat*", reason: "Ours, and reviewed elsewhere." }],
      exclude: [{ glob: "delivery", reason: "Goes away in March." }],
    },
  });
  assert.deepEqual(treatmentOf(findings, "kube-system"), ["judged"]);
  assert.deepEqual(treatmentOf(findings, "platform"), [
    "not-applicable: Namespace platform is not judged: Ours, and reviewed elsewhere.",
  ]);
  assert.deepEqual(treatmentOf(findings, "delivery"), [
    "not-applicable: Namespace delivery is not judged: Goes away in March.",
  ]);
  assert.ok(
    findings.some(({ controlId, subject }) => controlId === "NETPOL.40" && subject.name === "delivery"),
  );
});

test("a namespace that is being deleted is judged by what still runs there, unless it is to be skipped", async () => {
  assert.deepEqual(treatmentOf(await judge({}), "leaving"), ["judged"]);
  const findings = await judge({ namespaces: { terminating: "skip" } });
  assert.deepEqual(treatmentOf(findings, "leaving"), [
    "not-applicable: Namespace leaving is not judged: it is being deleted (namespaces.terminating is skip).",
  ]);
  assert.deepEqual(treatmentOf(findings, "shop"), ["judged"]);
});
