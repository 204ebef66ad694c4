// What a scan may ask of AWS and of the API servers: calls, connections and pages, counted. No times.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ClusterServer } from "../../emulator/kubernetes/server.ts";
import { scaleWorld, type WorldScale } from "../../emulator/worlds/scale.ts";
import { CUSTOM_PAGE_LIMIT, PAGE_LIMIT } from "../../lib/kubernetes/list.ts";
import { scanWorld } from "./scan-world.ts";

const POD_PAGES = 6;

const SMALL: WorldScale = {
  accounts: 3,
  regionsPerAccount: 3,
  clusters: 18,
  namespacesPerCluster: 3,
  podsPerCluster: 30,
  policiesPerCluster: 6,
};
const LARGE: WorldScale = {
  accounts: 1,
  regionsPerAccount: 1,
  clusters: 1,
  namespacesPerCluster: 20,
  // The last page is not full.
  podsPerCluster: POD_PAGES * PAGE_LIMIT - 100,
  policiesPerCluster: 3 * PAGE_LIMIT,
};

test("clusters in several accounts and Regions: every AWS call that is needed, once", async () => {
  const { emulator, report } = await scanWorld(scaleWorld(SMALL));
  assert.equal(report.complete, true);
  const { accounts, regionsPerAccount, clusters } = SMALL;
  const calls = Map.groupBy(emulator.calls, ({ service, operation }) => `${service}:${operation}`);
  const counts = [...calls].map(([name, made]) => [name, made.length]);
  assert.deepEqual(Object.fromEntries(counts), {
    "sts:GetCallerIdentity": 1,
    "organizations:ListRoots": 1,
    "organizations:ListAccountsForParent": 1,
    "organizations:ListOrganizationalUnitsForParent": 1,
    "sts:AssumeRole": accounts,
    "account:ListRegions": accounts,
    "eks:ListClusters": accounts * regionsPerAccount,
    "eks:DescribeCluster": clusters,
    "eks:DescribeAddon": clusters,
  });
});

describe("a cluster of many pages", async () => {
  const { emulator, report } = await scanWorld(scaleWorld(LARGE));
  const [server] = emulator.clusters.values();
  assert.ok(server !== undefined);

  test("a connection for each parallel list, and none for a further page", () => {
    assert.equal(report.complete, true);
    // The reads that a scan begins with: API groups, namespaces, pods twice (on and off the host's network), nodes,
    // DaemonSets, policies and the VPC CNI's ConfigMap. The client has at most six connections.
    assert.ok(server.connectionCount <= 6, `${server.connectionCount} connections`);
    assert.ok(server.requests.length > 2 * server.connectionCount);
  });

  test("no page is asked for twice, and each asks for a bounded number", () => {
    const asked = server.requests.map(({ path, query }) => `${path}${query}`);
    assert.equal(new Set(asked).size, asked.length);
    const limits = server.requests
      .filter(isList)
      .map(({ path, query }) => [isCustom(path), new URLSearchParams(query).get("limit")] as const);
    assert.deepEqual(
      new Set(limits.filter(([custom]) => !custom).map(([, limit]) => limit)),
      new Set([String(PAGE_LIMIT)]),
    );
    assert.deepEqual(
      new Set(limits.filter(([custom]) => custom).map(([, limit]) => limit)),
      new Set([String(CUSTOM_PAGE_LIMIT)]),
    );
    const pods = server.requests.filter(
      ({ path, query }) => isPods(path) && query.includes("hostNetwork%3Dfalse"),
    );
    assert.equal(pods.length, POD_PAGES);
  });

  test("the pods of the whole cluster are asked for as metadata, never in full", () => {
    const wide = server.requests.filter(({ path }) => isPods(path));
    assert.ok(wide.length > POD_PAGES);
    for (const { accept, query } of wide)
      assert.match(accept, /^application\/vnd\.kubernetes\.protobuf;as=PartialObjectMetadataList;/, query);
  });

  test("nothing but reads", () => {
    assert.deepEqual(new Set(server.requests.map(({ method }) => method)), new Set(["GET"]));
  });
});

/** Collections, and not the one object or the discovery document. */
function isList({ query }: ClusterServer["requests"][number]): boolean {
  return query !== "";
}

function isCustom(path: string): boolean {
  return path.startsWith("/apis/networking.k8s.aws/");
}

function isPods(path: string): boolean {
  return path === "/api/v1/pods";
}
