// A dump of a whole cluster gives the verdicts that a scan of the same cluster gives. The dump may know more:
// it has every pod in full, where a scan reads metadata.

import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { stringify } from "yaml";
import { startClusterServer } from "../../emulator/kubernetes/server.ts";
import type { Finding } from "../../lib/model/finding.ts";
import type { WorldCluster } from "../../emulator/world.ts";
import { cilium } from "../../emulator/worlds/cilium.ts";
import { worlds } from "../../emulator/worlds/index.ts";
import { nodes } from "../../emulator/worlds/nodes.ts";
import { healthyCluster } from "../../emulator/worlds/scenarios/small-company.ts";
import { controls } from "../../lib/controls/index.ts";
import { toUnseen } from "../../lib/kubernetes/errors.ts";
import { openClusterReader } from "../../lib/kubernetes/reader.ts";
import { seen, unseen } from "../../lib/model/observed.ts";
import { createObserve } from "../../lib/scan/observe.ts";
import { scanOpened, type ClusterScan } from "../../lib/scan/scan-cluster.ts";
import { context, NOW, toToken } from "../emulator/kubernetes-fixture.ts";
import { evaluateText, toList, type Evaluated } from "./evaluate-text.ts";

const NO_AWS = unseen("not-attempted", "asks no AWS API");

/** As kubeconfig mode scans it, with the right to read everything. */
async function scanLive(t: TestContext, cluster: WorldCluster): Promise<ClusterScan> {
  const access = { level: "reader", withoutResources: [] } as const;
  const server = await startClusterServer({ ...cluster, name: "prod", access }, context());
  t.after(() => server.close());
  const { endpoint, certificateAuthorityData } = server;
  const reader = openClusterReader(
    { endpoint, certificateAuthorityData, bearerToken: async () => toToken() },
    { requestTimeoutMs: 20_000, signal: new AbortController().signal },
  );
  return scanOpened(
    { account: null, region: null, cluster: "manifests" },
    { cluster: NO_AWS, vpcCniAddon: NO_AWS, capabilities: NO_AWS },
    seen(reader),
    { observe: createObserve([toUnseen]), now: () => NOW, controls, settings: { unjudgedNamespaces: [] } },
  );
}

/** Posture and workloads; a posture that a scan could not decide may be decided by the dump. */
function assertSameNamespaces(live: ClusterScan, dump: Evaluated): void {
  const scanned = live.cluster?.namespaces ?? [];
  assert.ok(scanned.length > 0);
  const decided = dump.namespaces.map((namespace, index) => {
    const posture = scanned[index]?.posture;
    return posture === "unknown" ? { ...namespace, posture } : namespace;
  });
  assert.deepEqual(decided, JSON.parse(JSON.stringify(scanned)));
}

const demo = worlds["demo"]?.().accounts.flatMap(({ clusters }) => clusters) ?? [];
const judged = demo.filter(
  ({ endpoint, objects }) => endpoint === "serves" && objects.some(({ kind }) => kind === "DaemonSet"),
);

test("the demo has clusters with DaemonSets to compare", () => assert.ok(judged.length >= 3));

for (const cluster of judged)
  test(`a dump of ${cluster.name} is judged as a scan judges it`, async (t) => {
    const live = await scanLive(t, cluster);
    const dump = await evaluateText(toList(cluster.objects));
    assert.deepEqual(dump.problems, []);
    assertSameNamespaces(live, dump);
    const { verdict, engine, engines, unselectedPods, because } = live.cluster?.enforcement ?? {};
    const [evaluated] = dump.report.clusters;
    assert.equal(evaluated?.enforcement.verdict, verdict);
    assert.equal(evaluated?.enforcement.engine, engine);
    assert.deepEqual(evaluated?.enforcement.engines, engines);
    assert.equal(evaluated?.enforcement.unselectedPods, unselectedPods);
    assert.equal(evaluated?.enforcement.because, because);
  });

const MADE_BY_ENGINES: ReadonlySet<string> = new Set(["PolicyEndpoint", "NodeClass", "CiliumEndpoint"]);

for (const cluster of judged)
  test(`a dump of ${cluster.name} without what engines make has no failure more`, async () => {
    const failures = async (objects: WorldCluster["objects"]): Promise<readonly string[]> => {
      const { report } = await evaluateText(toList(objects));
      return report.findings.filter(({ status }) => status === "fail").map(({ id }) => id);
    };
    const all = new Set(await failures(cluster.objects));
    const some = await failures(cluster.objects.filter(({ kind }) => !MADE_BY_ENGINES.has(kind)));
    assert.deepEqual(
      some.filter((id) => !all.has(id)),
      [],
    );
  });

test("whether every policy is processed is not known from a dump without PolicyEndpoints", async () => {
  const cluster = judged.find(({ objects }) => objects.some(({ kind }) => kind === "PolicyEndpoint"));
  const objects = cluster?.objects.filter(({ kind }) => kind !== "PolicyEndpoint") ?? [];
  const { report } = await evaluateText(toList(objects));
  const processed = report.findings.find(({ controlId }) => controlId === "NETPOL.5");
  assert.equal(processed?.status, "unknown");
  assert.match(processed.because, /the PolicyEndpoints were not seen/);
});

test("a CiliumNodeConfig in a dump counts in either of its versions", async () => {
  const nodeGroups = [...nodes(1, "ec2"), ...nodes(1, "ec2", { labels: { pool: "gpu" } })];
  const { objects } = healthyCluster({ parts: [cilium()], nodes: nodeGroups });
  const spec = { nodeSelector: { matchLabels: { pool: "gpu" } }, defaults: { "enable-policy": "never" } };
  const metadata = { namespace: "kube-system", name: "gpu" };
  const verdicts = await Promise.all(
    [null, "v2", "v2alpha1"].map(async (version) => {
      const config = { apiVersion: `cilium.io/${version}`, kind: "CiliumNodeConfig", metadata, spec };
      const { report } = await evaluateText(toList(version === null ? objects : [...objects, config]));
      return report.clusters[0]?.enforcement.verdict;
    }),
  );
  assert.deepEqual(verdicts, ["enforced", "partial", "partial"]);
});

test("a dump as YAML is read item by item and gives what the JSON gives", async () => {
  const [cluster] = judged;
  const objects = cluster?.objects ?? [];
  // As kubectl writes it: the dash of an item in the first column, long beyond what is read in one piece.
  const yaml = stringify(
    { apiVersion: "v1", items: objects, kind: "List" },
    { version: "1.1", indentSeq: false, aliasDuplicateObjects: false },
  );
  assert.match(yaml, /^items:\n- /m);
  const large = yaml.replace(
    "kind: List",
    `kind: List\nmetadata:\n  annotations:\n    padding: ${"x".repeat(1_000_000)}`,
  );
  const fromYaml = await evaluateText(large);
  const fromJson = await evaluateText(toList(objects));
  assert.deepEqual(fromYaml.problems, []);
  assert.deepEqual(fromYaml.namespaces, fromJson.namespaces);
  assert.deepEqual(fromYaml.report.findings.map(withoutLines), fromJson.report.findings.map(withoutLines));
});

/** The JSON is one line. */
function withoutLines(finding: Finding): Finding {
  return { ...finding, evidence: finding.evidence.map((one) => ({ ...one, line: 1 })) };
}

test("a bad item of a large dump is named with its line, and takes nothing along", async () => {
  const good = (name: string): string =>
    `- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: ${name}\n    annotations:\n      padding: ${"x".repeat(600_000)}\n  spec:\n    containers:\n    - name: m\n      image: w\n`;
  const text = `apiVersion: v1\nitems:\n${good("a")}- apiVersion: v1\n  kind: [Pod\n${good("b")}kind: List\nmetadata:\n  resourceVersion: ""\n`;
  const result = await evaluateText(text);
  assert.equal(result.problems.length, 1);
  assert.match(result.problems[0] ?? "", /^-:1[345] malformed: not valid YAML/);
  assert.deepEqual(
    result.namespaces.flatMap(({ workloads }) => workloads.map(({ name }) => name)),
    ["a", "b"],
  );
});
