// Who may see what of an emulated cluster: authentication over the wire, the three access levels, writes.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toGroupRules } from "../../emulator/kubernetes/access-level.ts";
import { findAllowingRule } from "../../emulator/kubernetes/rbac.ts";
import { parseRequestInfo } from "../../emulator/kubernetes/request-info.ts";
import type { WorldClusterAccess } from "../../emulator/world.ts";
import { cluster, object, pod, send, SESSION_ARN, toToken, withServer } from "./kubernetes-fixture.ts";

const OBJECTS = [
  object("v1", "Node", "node-1"),
  pod("shop/web"),
  object("v1", "ConfigMap", "kube-system/amazon-vpc-cni"),
  object("v1", "Secret", "shop/password"),
  object("cilium.io/v2", "CiliumNetworkPolicy", "shop/deny"),
];

function at(level: WorldClusterAccess["level"], ...withoutResources: readonly string[]) {
  return cluster(OBJECTS, { access: { level, withoutResources } });
}

const CONFIG_MAPS = "/api/v1/namespaces/kube-system/configmaps";
const READS: readonly (readonly [path: string, none: number, view: number, reader: number])[] = [
  ["/version", 401, 200, 200],
  ["/apis", 401, 200, 200],
  ["/metrics", 401, 403, 403],
  ["/api/v1/namespaces", 401, 200, 200],
  ["/api/v1/pods", 401, 200, 200],
  ["/api/v1/services", 401, 200, 200],
  ["/api/v1/nodes", 401, 403, 200],
  ["/api/v1/secrets", 401, 403, 403],
  ["/api/v1/namespaces/shop/secrets/password", 401, 403, 403],
  [`${CONFIG_MAPS}/amazon-vpc-cni`, 401, 200, 200],
  ["/apis/apps/v1/daemonsets", 401, 200, 200],
  ["/apis/batch/v1/jobs", 401, 200, 200],
  ["/apis/networking.k8s.io/v1/networkpolicies", 401, 200, 200],
  ["/apis/cilium.io/v2/ciliumnetworkpolicies", 401, 403, 200],
  // The authoriser comes before the router: what is not there is forbidden to who may not look.
  ["/apis/crd.projectcalico.org/v1/tiers", 401, 403, 404],
  ["/apis/rbac.authorization.k8s.io/v1/clusterroles", 401, 403, 403],
];

describe("access levels", () => {
  for (const [level, column] of [
    ["none", 1],
    ["view", 2],
    ["reader", 3],
  ] as const) {
    it(`${level}: what it may read`, async () => {
      await withServer(at(level), {}, async (server) => {
        const replies = await Promise.all(READS.map(([path]) => send(server, path)));
        assert.deepEqual(
          READS.map(([path], index) => [path, replies[index]?.status]),
          READS.map((row) => [row[0], row[column]]),
        );
      });
    });
  }

  it("none: the body of the 401 tells nothing", async () => {
    await withServer(at("none"), {}, async (server) => {
      assert.deepEqual(JSON.parse((await send(server, "/api/v1/pods")).text), {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message: "Unauthorized",
        reason: "Unauthorized",
        code: 401,
      });
    });
  });

  it("a missing rule is a 403 that names it", async () => {
    const policies = "networkpolicies.networking.k8s.io";
    await withServer(at("reader", "pods", policies, "configmaps"), {}, async (server) => {
      const pods = await send(server, "/api/v1/pods");
      assert.deepEqual(JSON.parse(pods.text), {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message: `pods is forbidden: User "${SESSION_ARN}" cannot list resource "pods" in API group "" at the cluster scope`,
        reason: "Forbidden",
        details: { kind: "pods" },
        code: 403,
      });
      const policy = await send(server, "/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies");
      assert.match(
        policy.text,
        /networkpolicies.networking.k8s.io is forbidden: .* cannot list .* in API group \\"networking.k8s.io\\" in the namespace \\"shop\\"/,
      );
      const configMap = await send(server, `${CONFIG_MAPS}/amazon-vpc-cni`);
      assert.match(configMap.text, /configmaps \\"amazon-vpc-cni\\" is forbidden: .* cannot get resource/);
      assert.equal((await send(server, "/api/v1/nodes")).status, 200);
    });
  });

  it("a path without a rule is a 403 of its own form", async () => {
    await withServer(at("view"), {}, async (server) => {
      const { text } = await send(server, "/metrics");
      assert.match(text, /"message":"forbidden: User \\"[^"]*\\" cannot get path \\"\/metrics\\""/);
    });
  });

  it("an ARN that nobody mapped is a 401, and a cluster of another name too", async () => {
    await withServer(at("reader"), { mappedPrincipals: [] }, async (server) => {
      assert.equal((await send(server, "/version")).status, 401);
    });
    await withServer(cluster(OBJECTS, { name: "other" }), {}, async (server) => {
      assert.equal((await send(server, "/version")).status, 401);
    });
  });

  it("a local cluster on Outposts is named by its id", async () => {
    const outpost = cluster(OBJECTS, { name: "local", describe: { id: "prod", outpostConfig: {} } });
    await withServer(outpost, {}, async (server) => {
      assert.equal((await send(server, "/version")).status, 200);
    });
  });

  it("no token, and a token out of date, are a 401", async () => {
    await withServer(at("reader"), { now: () => new Date("2026-11-21T12:15:00Z") }, async (server) => {
      assert.equal((await send(server, "/version", { token: null })).status, 401);
      assert.equal((await send(server, "/version", { token: toToken() })).status, 401);
    });
  });
});

describe("writes", () => {
  it("are forbidden, each with its verb, and logged", async () => {
    const writes = [
      ["POST", "/api/v1/namespaces/shop/pods", "create"],
      ["PUT", "/api/v1/namespaces/shop/pods/web", "update"],
      ["PATCH", "/api/v1/namespaces/shop/pods/web", "patch"],
      ["DELETE", "/api/v1/namespaces/shop/pods/web", "delete"],
      ["DELETE", "/api/v1/namespaces/shop/pods", "deletecollection"],
    ] as const;
    await withServer(at("reader"), {}, async (server) => {
      for (const [method, path, verb] of writes) {
        const reply = await send(server, path, { method });
        assert.equal(reply.status, 403);
        assert.match(reply.text, new RegExp(`cannot ${verb} resource`));
      }
      assert.deepEqual(
        server.requests.map(({ method, status }) => `${method} ${status}`),
        writes.map(([method]) => `${method} 403`),
      );
    });
  });

  it("that no rule is about, and watches, are not allowed", async () => {
    await withServer(at("view"), {}, async (server) => {
      assert.equal((await send(server, "/api/v1/pods?watch=true")).status, 405);
      assert.equal((await send(server, "/version", { method: "DELETE" })).status, 403);
    });
  });
});

describe("SelfSubjectAccessReview", () => {
  const PATH = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  const review = (spec: object) => ({ method: "POST", body: JSON.stringify({ spec }) });
  const asks: readonly (readonly [spec: object, view: boolean, reader: boolean])[] = [
    [{ resourceAttributes: { verb: "list", resource: "pods" } }, true, true],
    [{ resourceAttributes: { verb: "list", resource: "nodes" } }, false, true],
    [{ resourceAttributes: { verb: "list", group: "cilium.io", resource: "ciliumendpoints" } }, false, true],
    [{ resourceAttributes: { verb: "get", resource: "secrets", namespace: "shop" } }, false, false],
    [{ resourceAttributes: { verb: "*", resource: "pods" } }, false, false],
    [{ nonResourceAttributes: { verb: "get", path: "/apis" } }, true, true],
  ];

  for (const [level, column] of [
    ["view", 1],
    ["reader", 2],
  ] as const) {
    it(`says what ${level} may do`, async () => {
      await withServer(at(level), {}, async (server) => {
        for (const row of asks) {
          const reply = await send(server, PATH, review(row[0]));
          const { status }: { status: { allowed: boolean } } = JSON.parse(reply.text);
          assert.equal(reply.status, 201);
          assert.equal(status.allowed, row[column], JSON.stringify(row[0]));
        }
      });
    });
  }

  it("refuses what is no review", async () => {
    await withServer(at("view"), {}, async (server) => {
      assert.equal((await send(server, PATH, { method: "POST", body: "{" })).status, 400);
      assert.equal((await send(server, PATH, { method: "POST", body: '{"spec":5}' })).status, 400);
      assert.equal((await send(server, PATH, review({}))).status, 422);
      const headers = { "content-type": "application/xml" };
      assert.equal((await send(server, PATH, { method: "POST", headers, body: "<a/>" })).status, 415);
      const protobuf = { "content-type": "application/vnd.kubernetes.protobuf" };
      for (const body of ["", "k8s\0", "k8s\0\x12\x7f", "k8s\0\x08\x01", "k8s\0\xff\xff\xff\xff\xff"]) {
        assert.equal((await send(server, PATH, { method: "POST", headers: protobuf, body })).status, 400);
      }
      assert.equal((await send(server, PATH)).status, 403);
    });
  });
});

describe("rules of a manifest", () => {
  const MANIFEST = `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: kube-system}
rules: [{apiGroups: [""], resources: [configmaps], resourceNames: [one], verbs: [get, list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader, namespace: kube-system}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: Group, name: readers}]
`;

  it("hold in the binding's namespace, for the names that they list", () => {
    const rules = toGroupRules(MANIFEST, "readers");
    const asks: readonly (readonly [path: string, allowed: boolean])[] = [
      ["/api/v1/namespaces/kube-system/configmaps/one", true],
      ["/api/v1/namespaces/kube-system/configmaps/two", false],
      ["/api/v1/namespaces/default/configmaps/one", false],
      ["/api/v1/namespaces/kube-system/configmaps", false],
      ["/api/v1/namespaces/kube-system/configmaps?fieldSelector=metadata.name%3Done", true],
      ["/api/v1/namespaces/kube-system/configmaps?fieldSelector=metadata.name%21%3Done", false],
      ["/api/v1/namespaces/kube-system/configmaps/one/status", false],
    ];
    for (const [path, allowed] of asks) {
      const info = parseRequestInfo("GET", new URL(path, "https://cluster.example"));
      assert.equal(findAllowingRule(rules, info) !== null, allowed, path);
    }
  });

  it("are nobody else's", () => {
    assert.deepEqual(toGroupRules(MANIFEST, "writers"), []);
  });
});
