// A stock kubectl against the emulated API server. Skipped, loudly, where there is no kubectl.

import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type ClusterServer, startClusterServer } from "../../emulator/kubernetes/server.ts";
import { cluster, context, type ListBody, object, pod, toNames, toToken } from "./kubernetes-fixture.ts";

const hasKubectl = spawnSync("kubectl", ["version", "--client"]).status === 0;
if (!hasKubectl) console.warn("SKIPPED: no kubectl on this machine, its test did not run");

const OBJECTS = [
  object("v1", "Namespace", "shop"),
  object("v1", "Node", "node-1"),
  pod("shop/web-1", { app: "web" }),
  pod("shop/web-2", { app: "web" }, { hostNetwork: true }),
  pod("shop/db-1", { app: "db" }),
  object("networking.k8s.io/v1", "NetworkPolicy", "shop/deny", {
    spec: { podSelector: {}, policyTypes: ["Ingress"] },
  }),
  object("networking.k8s.io/v1", "NetworkPolicy", "shop/allow", {
    spec: { podSelector: {}, ingress: [{ from: [{ futurePeer: {} }] }] },
  }),
  object("networking.k8s.aws/v1alpha1", "PolicyEndpoint", "shop/deny-x1", { spec: {} }),
];

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe("kubectl", { skip: hasKubectl ? false : "no kubectl on this machine" }, () => {
  let server: ClusterServer;
  let folder: string;

  before(async () => {
    server = await startClusterServer(cluster(OBJECTS), context());
    folder = await mkdtemp(join(tmpdir(), "ringfence-kubectl-"));
    await writeFile(join(folder, "config"), JSON.stringify(toKubeconfig(server)), { mode: 0o600 });
  });
  after(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  /** The token goes in the kubeconfig, never on a command line; discovery is cached in the same folder. */
  function kubectl(...args: readonly string[]): Promise<Run> {
    const env = { PATH: process.env["PATH"], HOME: folder, KUBECONFIG: join(folder, "config") };
    return new Promise((resolve) => {
      execFile("kubectl", args, { env, timeout: 10_000 }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  }

  async function kubectlList(...args: readonly string[]): Promise<ListBody> {
    const { code, stdout, stderr } = await kubectl(...args, "-o", "json");
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    const body: ListBody = JSON.parse(stdout);
    return body;
  }

  it("gets policies of all namespaces, with the fields that it does not know", async () => {
    const body = await kubectlList("get", "netpol", "-A");
    assert.deepEqual(toNames(body), ["shop/allow", "shop/deny"]);
    assert.equal(body.items[0]?.kind, "NetworkPolicy");
    assert.deepEqual(body.items[0]["spec"], { podSelector: {}, ingress: [{ from: [{ futurePeer: {} }] }] });
  });

  it("gets pods by label and field selector, page by page", async () => {
    const selectors = ["-l", "app in (web)", "--field-selector", "spec.hostNetwork=false"];
    const body = await kubectlList("get", "pods", "-n", "shop", ...selectors, "--chunk-size", "1");
    assert.deepEqual(toNames(body), ["shop/web-1"]);
    const pages = server.requests.filter(({ query }) => query.includes("continue="));
    assert.ok(pages.length > 0, "kubectl followed a continue token");
  });

  it("prints a table of its own where the server has none", async () => {
    const { code, stdout } = await kubectl("get", "pods", "-n", "shop");
    assert.equal(code, 0);
    assert.match(stdout, /^NAME\s/);
    assert.match(stdout, /^db-1\s/m);
  });

  it("lists the API's resources, those of the cluster's custom groups too", async () => {
    const { code, stdout, stderr } = await kubectl("api-resources");
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.match(stdout, /^networkpolicies +netpol +networking.k8s.io\/v1 +true +NetworkPolicy$/m);
    assert.match(stdout, /^policyendpoints +networking.k8s.aws\/v1alpha1 +true +PolicyEndpoint$/m);
    assert.match(stdout, /^nodes +no +v1 +false +Node$/m);
  });

  it("gets a custom resource by its kind", async () => {
    assert.deepEqual(toNames(await kubectlList("get", "policyendpoints", "-A")), ["shop/deny-x1"]);
  });

  it("says what it may do, and is told what it may not", async () => {
    assert.equal((await kubectl("auth", "can-i", "list", "nodes")).stdout.trim(), "yes");
    assert.equal((await kubectl("auth", "can-i", "list", "secrets", "-A")).stdout.trim(), "no");
    const secrets = await kubectl("get", "secrets", "-A");
    assert.match(
      secrets.stderr,
      /^Error from server \(Forbidden\): secrets is forbidden: User "arn:aws:sts::/,
    );
    const deletion = await kubectl("delete", "pod", "web-1", "-n", "shop");
    assert.match(deletion.stderr, /\(Forbidden\): pods "web-1" is forbidden/);
  });

  it("gets one object, or is told that there is none", async () => {
    const { stdout } = await kubectl("get", "pod", "web-1", "-n", "shop", "-o", "name");
    assert.equal(stdout.trim(), "pod/web-1");
    const missing = await kubectl("get", "pod", "nothing", "-n", "shop");
    assert.match(missing.stderr, /\(NotFound\): pods "nothing" not found/);
  });

  it("is told which field has no selector", async () => {
    const { stderr } = await kubectl("get", "pods", "-A", "--field-selector", "spec.priority=1");
    assert.match(stderr, /field label not supported: spec.priority/);
  });
});

function toKubeconfig(server: ClusterServer): object {
  const { endpoint, certificateAuthorityData } = server;
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "prod",
    contexts: [{ name: "prod", context: { cluster: "prod", user: "scanner" } }],
    clusters: [
      {
        name: "prod",
        cluster: { server: endpoint, "certificate-authority-data": certificateAuthorityData },
      },
    ],
    users: [{ name: "scanner", user: { token: toToken() } }],
  };
}
