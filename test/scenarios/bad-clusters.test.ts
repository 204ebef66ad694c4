// Clusters that refuse, break, hang, lie or try to steal the token: each ends in a reason, in time, and no
// verdict is made of what was not seen.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { World, WorldCluster, WorldFault } from "../../emulator/world.ts";
import { world } from "../../emulator/worlds/build.ts";
import type { Fields } from "../../emulator/worlds/fields.ts";
import { scaleCluster } from "../../emulator/worlds/scale.ts";
import { healthyCluster, hubAccount, REGION } from "../../emulator/worlds/scenarios/small-company.ts";
import { scanWorld, type ScanOptions, type ScannedWorld } from "./scan-world.ts";

function worldOf(clusters: readonly WorldCluster[], faults: readonly WorldFault[] = []): World {
  const description = "Made for one test.";
  return world({ name: "bad-input", description, accounts: [hubAccount(clusters)], faults });
}

function fault(path: string, answer: WorldFault["answer"], calls?: readonly number[]): WorldFault {
  return { service: "kubernetes", operation: path, answer, ...(calls && { calls }) };
}

function coverageOf({ report }: ScannedWorld): readonly string[] {
  return report.coverage.map(({ cluster, outcome, why }) =>
    [cluster ?? "-", outcome, ...(why === undefined ? [] : [why])].join(" "),
  );
}

function detailOf({ report }: ScannedWorld): string {
  return report.coverage.map(({ detail }) => detail ?? "").join("\n");
}

/** Statuses of the findings of one control, sorted, each once. */
function statusesOf({ report }: ScannedWorld, controlId: string): string {
  const found = report.findings.filter((finding) => finding.controlId === controlId);
  return [...new Set(found.map(({ status }) => status))].toSorted().join(" ");
}

function requestsTo({ emulator }: ScannedWorld, cluster: string) {
  const found = [...emulator.clusters].find(([key]) => key.endsWith(`/${cluster}`));
  if (found === undefined) throw new Error(`there is no cluster ${cluster}`);
  return found[1].requests;
}

const DENIED: readonly {
  readonly resource: string;
  readonly coverage: string;
  readonly undecided: readonly string[];
  readonly decided: readonly string[];
}[] = [
  {
    resource: "namespaces",
    coverage: "shop partial access-denied",
    undecided: ["NETPOL.20", "NETPOL.24", "NETPOL.40"],
    decided: ["NETPOL.2"],
  },
  {
    resource: "pods",
    coverage: "shop partial access-denied",
    undecided: ["NETPOL.2", "NETPOL.20", "NETPOL.24", "NETPOL.40"],
    decided: [],
  },
  {
    resource: "networkpolicies.networking.k8s.io",
    coverage: "shop partial access-denied",
    undecided: ["NETPOL.20", "NETPOL.24", "NETPOL.40"],
    decided: ["NETPOL.2"],
  },
  {
    resource: "daemonsets.apps",
    coverage: "shop partial access-denied",
    undecided: ["NETPOL.2"],
    decided: ["NETPOL.20", "NETPOL.24"],
  },
  {
    resource: "configmaps",
    coverage: "shop partial access-denied",
    undecided: ["NETPOL.2"],
    decided: ["NETPOL.20", "NETPOL.24"],
  },
  // Not granted at access level 1, so no gap of the run; what depends on it stays open all the same.
  {
    resource: "nodes",
    coverage: "shop scanned",
    undecided: ["NETPOL.2", "NETPOL.6"],
    decided: ["NETPOL.20", "NETPOL.24"],
  },
  {
    resource: "clusternetworkpolicies.networking.k8s.aws",
    coverage: "shop scanned",
    undecided: ["NETPOL.26"],
    decided: ["NETPOL.2", "NETPOL.20"],
  },
];

describe("403 on one kind of resource only", { concurrency: 3 }, () => {
  for (const { resource, coverage, undecided, decided } of DENIED)
    test(`${resource}: the rest is still judged`, async () => {
      const scanned = await scanWorld(worldOf([healthyCluster({ withoutResources: [resource] })]));
      assert.deepEqual(coverageOf(scanned), [coverage]);
      for (const id of undecided) assert.match(statusesOf(scanned, id), /unknown$/, id);
      for (const id of undecided) assert.doesNotMatch(statusesOf(scanned, id), /pass|fail/, id);
      for (const id of decided) assert.match(statusesOf(scanned, id), /pass$/, id);
    });
});

test("without the nodes, enforcement is decided where EKS says that Auto Mode is off", async () => {
  const shop = healthyCluster({
    withoutResources: ["nodes"],
    describe: { computeConfig: { enabled: false } },
  });
  const scanned = await scanWorld(worldOf([shop]));
  // The pods outside the agents' nodes were listed, and there is none.
  assert.match(statusesOf(scanned, "NETPOL.2"), /pass$/);
  assert.match(statusesOf(scanned, "NETPOL.6"), /unknown$/);
});

const WRONG_ENDPOINTS: readonly (readonly [name: string, describe: Fields, coverage: string])[] = [
  ["metadata", { endpoint: "https://169.254.169.254" }, "missed not-supported"],
  ["metadata-in-disguise", { endpoint: "https://2852039166/latest" }, "missed not-supported"],
  ["clear-text", { endpoint: "http://127.0.0.1:8080" }, "missed not-supported"],
  ["elsewhere", { endpoint: "https://eks.example.com" }, "missed not-supported"],
  ["look-alike", { endpoint: "https://x.eks.amazonaws.com.example.com" }, "missed not-supported"],
  ["no-url", { endpoint: "169.254.169.254" }, "missed not-supported"],
  ["no-endpoint", { endpoint: null }, "missed unreachable"],
  ["no-authority", { certificateAuthority: { data: null } }, "missed unreachable"],
  ["garbage-authority", { certificateAuthority: { data: "bm90IGEgY2VydGlmaWNhdGU=" } }, "missed malformed"],
];

test("DescribeCluster names an endpoint or an authority that cannot be right: no token is sent", async () => {
  const odd = WRONG_ENDPOINTS.map(([name, describe], index) =>
    healthyCluster({ name, describe, vpcOctet: 30 + index }),
  );
  const scanned = await scanWorld(worldOf([healthyCluster(), ...odd]));
  const expected = [...WRONG_ENDPOINTS.map(([name, , words]) => `${name} ${words}`), "shop scanned"];
  assert.deepEqual(coverageOf(scanned), expected.toSorted());
  for (const [name] of WRONG_ENDPOINTS) assert.deepEqual(requestsTo(scanned, name), [], name);
  // The endpoint is the attacker's text and is not repeated.
  assert.doesNotMatch(detailOf(scanned), /169\.254\.169\.254|2852039166|example\.com/);
});

test("a certificate of another authority: TLS ends before the token is sent", async () => {
  const scanned = await scanWorld(worldOf([healthyCluster({ endpoint: "wrong-ca" })]));
  assert.deepEqual(coverageOf(scanned), ["shop missed unreachable"]);
  assert.match(detailOf(scanned), /not signed by the cluster's certificate authority/);
  assert.deepEqual(requestsTo(scanned, "shop"), []);
});

test("a redirect is not followed, although where it leads is trusted", async () => {
  const scanned = await scanWorld(worldOf([healthyCluster({ endpoint: "redirects" })]));
  assert.deepEqual(coverageOf(scanned), ["shop missed unreachable"]);
  const requests = requestsTo(scanned, "shop");
  assert.ok(requests.length > 0);
  assert.ok(requests.every(({ status, path }) => status === 302 && !path.startsWith("/elsewhere")));
});

test("a token that the cluster refuses: access denied, with the way to mend it", async () => {
  const scanned = await scanWorld(worldOf([healthyCluster({ access: "none" })]));
  assert.deepEqual(coverageOf(scanned), ["shop missed access-denied"]);
  assert.match(detailOf(scanned), /401 Unauthorized: .*access entry/);
  // Not by each of the reads: the audit log of the cluster would show an attack.
  assert.deepEqual(
    requestsTo(scanned, "shop").map(({ path, status, principal }) => [path, status, principal]),
    [
      ["/apis", 401, null],
      ["/apis", 401, null],
    ],
  );
});

const POLICIES = "/apis/networking.k8s.io/v1/networkpolicies";
const EXPIRED: WorldFault["answer"] = { kind: "error", status: 410, code: "Expired", message: "too old" };
const CROWDED = { namespacesPerCluster: 1_200, podsPerCluster: 600, policiesPerCluster: 1_200 };

describe("410 in the middle of a list", () => {
  test("once: the list starts again and is whole", async () => {
    const scanned = await scanWorld(worldOf([scaleCluster("crowded", REGION, CROWDED)]), {
      prepare: ({ clusters }) => {
        for (const server of clusters.values()) server.expireContinueTokens();
      },
    });
    assert.deepEqual(coverageOf(scanned), ["crowded scanned"]);
    assert.ok(requestsTo(scanned, "crowded").some(({ status }) => status === 410));
    assert.equal(scanned.report.clusters[0]?.namespaces.length, 1_204);
  });

  test("again and again: incomplete, and no namespace is judged by half a list", async () => {
    const faults = [fault(POLICIES, EXPIRED, [2, 4])];
    const scanned = await scanWorld(worldOf([scaleCluster("crowded", REGION, CROWDED)], faults));
    assert.deepEqual(coverageOf(scanned), ["crowded partial incomplete"]);
    assert.equal(statusesOf(scanned, "NETPOL.20"), "unknown");
    assert.deepEqual(scanned.report.clusters[0]?.namespaces, []);
  });
});

const GARBAGE: WorldFault["answer"] = {
  kind: "garbage",
  body: '{"items":[',
  contentType: "application/json",
};
const HTML: WorldFault["answer"] = { kind: "garbage", body: "<html>proxy</html>", contentType: "text/html" };
/** Long for what answers on a busy machine; a fraction of what the scan would wait if the limit under test did not hold. */
const PATIENCE_MS = 6_000;
const PATIENCE_OF_THE_TEST_MS = 100_000;

const BROKEN: readonly {
  readonly title: string;
  readonly faults: readonly WorldFault[];
  readonly coverage: string;
  readonly options?: ScanOptions;
}[] = [
  {
    title: "a page in the middle of a list that is not JSON",
    faults: [fault(POLICIES, GARBAGE, [2])],
    coverage: "crowded partial malformed",
  },
  {
    title: "a page of a proxy instead of a list",
    faults: [fault(POLICIES, HTML)],
    coverage: "crowded partial malformed",
  },
  {
    title: "a connection that is reset once",
    faults: [fault(POLICIES, { kind: "reset" }, [2])],
    coverage: "crowded scanned",
  },
  {
    title: "a connection that is reset every time",
    faults: [fault(POLICIES, { kind: "reset" })],
    coverage: "crowded partial unreachable",
  },
  {
    title: "one kind of object hangs: its own time limit ends it",
    faults: [fault(POLICIES, { kind: "hang" })],
    coverage: "crowded partial deadline",
    options: { requestTimeoutMs: PATIENCE_MS },
  },
  {
    title: "everything hangs and requests may wait for long: the cluster's deadline ends it",
    faults: [fault("/", { kind: "hang" })],
    coverage: "crowded missed deadline",
    options: { requestTimeoutMs: 120_000, deadlineMs: PATIENCE_MS },
  },
];

describe("a connection that breaks or hangs", { concurrency: 6 }, () => {
  for (const { title, faults, coverage, options } of BROKEN)
    test(title, { timeout: PATIENCE_OF_THE_TEST_MS }, async () => {
      const scanned = await scanWorld(worldOf([scaleCluster("crowded", REGION, CROWDED)], faults), options);
      assert.deepEqual(coverageOf(scanned), [coverage]);
      const seenWhole = coverage.endsWith("scanned");
      assert.equal(statusesOf(scanned, "NETPOL.20").includes("unknown"), !seenWhole);
    });
});
