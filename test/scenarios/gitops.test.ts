// GitOps installations that no label tells of: the same verdicts from a scan in this process, from the command
// line and from the handler, few requests, and never "none here" where nobody could look.

import assert from "node:assert/strict";
import { test } from "node:test";
import { startCloud, type Cloud } from "../../emulator/cloud.ts";
import { vpcCni, vpcCniAddon } from "../../emulator/worlds/addons.ts";
import { cluster, world } from "../../emulator/worlds/build.ts";
import { argoCd } from "../../emulator/worlds/gitops.ts";
import { worlds } from "../../emulator/worlds/index.ts";
import { nodes } from "../../emulator/worlds/nodes.ts";
import { deployment, namespace } from "../../emulator/worlds/objects.ts";
import { allowIngress, tcp } from "../../emulator/worlds/policies.ts";
import { hubAccount, MEMBER_ACCOUNT, REGION } from "../../emulator/worlds/scenarios/small-company.ts";
import type { WorldFault } from "../../emulator/world.ts";
import type { Finding } from "../../lib/model/finding.ts";
import type { Report } from "../../lib/model/report.ts";
import { run } from "../cli/run-ringfence.ts";
import { fireEvent, lambdaEnvironment } from "../handlers/fire-event.ts";
import { scanWorld } from "./scan-world.ts";

const gitOps = worlds["gitops"]?.() ?? assert.fail();
const CLUSTERS = gitOps.accounts.flatMap(({ clusters }) => clusters.map(({ name }) => name));

function verdictsOf(findings: readonly Finding[]): readonly string[] {
  return findings
    .filter(({ controlId }) => controlId === "NETPOL.40" || controlId === "NETPOL.41")
    .map(
      ({ cluster, controlId, subject, status, because }) =>
        `${cluster} ${controlId} ${subject.name} ${status}: ${because}`,
    )
    .toSorted();
}

test("a scan, the command line and the handler say the same of every installation", async () => {
  const { report } = await scanWorld(gitOps);
  const expected = verdictsOf(report.findings);
  const cloud = await startCloud(gitOps);
  try {
    assert.deepEqual(await byCommandLine(cloud), expected);
    assert.deepEqual(await byHandler(cloud), expected);
  } finally {
    await cloud.close();
  }
});

async function byCommandLine(cloud: Cloud): Promise<readonly string[]> {
  const environment = { ...cloud.environment, RINGFENCE_ORGANIZATION: "true" };
  const { stdout } = await run(["scan", "--format", "json"], { environment });
  return verdictsOf((JSON.parse(stdout) as Report).findings);
}

async function byHandler(cloud: Cloud): Promise<readonly string[]> {
  const runId = "2026-11-21T05-00-00-000Z-schedule";
  const chunk = { runId, account: MEMBER_ACCOUNT, region: REGION, clusters: CLUSTERS, tombstones: [] };
  const { ok, stderr } = await fireEvent("scan", chunk, gitOps, cloud);
  assert.ok(ok, stderr);
  const bucket = cloud.stores.objects.get(lambdaEnvironment(gitOps, cloud)["RINGFENCE_BUCKET"] ?? "");
  const scanned = [...(bucket ?? [])].filter(([key]) => key.startsWith(`runs/${runId}/scanned/`));
  return verdictsOf(
    scanned.flatMap(([, { body }]) => (JSON.parse(body.toString()) as { findings: Finding[] }).findings),
  );
}

test("the open path names the renamed workload, its port and what stands behind it", async () => {
  const { report } = await scanWorld(gitOps);
  const of = (cluster: string, name: string): string =>
    verdictsOf(report.findings).find((line) => line.startsWith(`${cluster} NETPOL.40 ${name} `)) ?? "";
  assert.match(of("renamed", "rollout-blue"), /fail: .*Deployment\/blue-redis:6379, the cache of rendered/);
  assert.match(of("mirrored", "sync-open"), /fail: .*Deployment\/open-source:9090, the artifacts/);
  assert.match(of("unlisted", "unlisted"), /unknown: .*AppProjects.* 403 .*Leases.* 403 /);
});

test("AppProjects and Leases cost one short list each, and only where their API is served", async () => {
  const { emulator } = await scanWorld(gitOps);
  const of = (name: string): readonly string[] =>
    [...emulator.clusters]
      .filter(([key]) => key.endsWith(`/${name}`))
      .flatMap(([, { requests }]) => requests.map(({ path }) => path))
      .filter((path) => /argoproj|leases|namespaces\/.*\/pods/.test(path) && !path.includes("kube-system"));
  assert.deepEqual(of("renamed").toSorted(), [
    "/api/v1/namespaces/argocd/pods",
    "/api/v1/namespaces/rollout-blue/pods",
    "/api/v1/namespaces/rollout-green/pods",
    "/apis/argoproj.io/v1alpha1/appprojects",
  ]);
  assert.deepEqual(of("mirrored").toSorted(), [
    "/api/v1/namespaces/sync-closed/pods",
    "/api/v1/namespaces/sync-open/pods",
    "/apis/coordination.k8s.io/v1/leases",
  ]);
});

const PROXY: WorldFault["answer"] = {
  kind: "garbage",
  body: "<html>proxy</html>",
  contentType: "text/html",
};

test("pods of an installation that could not be read in full make it unknown, not closed", async () => {
  const operation = "/api/v1/namespaces/rollout-green/pods";
  const { report } = await scanWorld({
    ...gitOps,
    faults: [{ service: "kubernetes", operation, cluster: "renamed", answer: PROXY }],
  });
  const verdicts = verdictsOf(report.findings).filter((line) => line.startsWith("renamed "));
  assert.equal(verdicts.length, 6);
  for (const line of verdicts.filter((verdict) => verdict.includes("rollout-green")))
    assert.match(line, /unknown: Pods of namespace rollout-green.* could not be read in full/);
});

test("thirty namespaces with named ports in a small cluster are read in full with one list", async () => {
  const names = Array.from({ length: 30 }, (_, index) => `tenant-${index}`);
  const tenants = cluster({
    name: "tenants",
    region: REGION,
    nodes: nodes(3, "ec2"),
    addons: [vpcCniAddon('{"enableNetworkPolicy":"true"}')],
    parts: [vpcCni({ controller: true, agent: true }), argoCd()],
    manifests: names.flatMap((name) => [
      namespace(name),
      deployment(name, "web"),
      allowIngress(name, "named", { pods: {}, peers: [], ports: [tcp("http")] }),
    ]),
  });
  const description = "Every tenant has a policy with a named port.";
  const { emulator, report } = await scanWorld(
    world({ name: "tenants", description, accounts: [hubAccount([tenants])] }),
  );
  const requests = [...emulator.clusters.values()].flatMap((server) => server.requests);
  assert.ok(requests.length <= 20, `${requests.length} requests`);
  assert.match(verdictsOf(report.findings)[0] ?? "", /^tenants NETPOL\.40 argocd pass/);
});
